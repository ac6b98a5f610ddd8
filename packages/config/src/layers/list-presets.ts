import { BUILT_IN_PRESETS } from "../presets/built-in-presets.js";
import { allPresets } from "../presets/find-preset.js";
import type { ConfigSettings, RunSettings } from "../schema/config-schema.js";
import type { ConfigLayer } from "./config-layer.js";
import { mergeSettings } from "./merge-settings.js";

/** A preset, and whose it is. */
export interface PresetEntry {
  name: string;
  /** What it sets, all files together. */
  settings: RunSettings;
  /** Whether there is one of this name without any file. */
  isBuiltIn: boolean;
  /** What the user's own file sets in it; absent where it sets nothing. */
  own?: RunSettings;
  /** The files that set something in it, from low to high: a later one wins. */
  files: string[];
}

/** Every preset, the built-in ones first. */
export function listPresets(layers: readonly ConfigLayer[]): PresetEntry[] {
  const merged = layers.reduce<ConfigSettings>((all, { settings }) => mergeSettings(all, settings), {});
  return Object.entries(allPresets(merged)).map(([name, settings]) => {
    const setting = layers.filter((layer) => Object.hasOwn(layer.settings.presets ?? {}, name));
    const own = setting.find((layer) => layer.name === "user")?.settings.presets?.[name];
    return {
      name,
      settings,
      isBuiltIn: Object.hasOwn(BUILT_IN_PRESETS, name),
      ...(own === undefined ? {} : { own: structuredClone(own) }),
      files: setting.map(({ source }) => source),
    };
  });
}

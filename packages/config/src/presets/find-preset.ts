import { OllamaError } from "@codo/ollama-contract";
import type { ConfigSettings, RunSettings } from "../schema/config-schema.js";
import { didYouMean } from "../schema/nearest-key.js";
import { BUILT_IN_PRESETS } from "./built-in-presets.js";

/** All presets by name: the built-in ones, and the user's own, which replace a built-in one of the same name. */
export function allPresets(settings: ConfigSettings): Record<string, RunSettings> {
  return structuredClone({ ...BUILT_IN_PRESETS, ...settings.presets });
}

/** @throws OllamaError `INVALID_CONFIG` with the nearest name, when there is no such preset */
export function findPreset(settings: ConfigSettings, name: string): RunSettings {
  const presets = allPresets(settings);
  const found = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (found !== undefined) return found;
  const suggestion = didYouMean(name, Object.keys(presets));
  const hint = suggestion === undefined ? "" : ` Did you mean "${suggestion}"?`;
  const message = `There is no preset "${name}".${hint} The presets are: ${Object.keys(presets).join(", ")}.`;
  throw new OllamaError("INVALID_CONFIG", message, { details: { preset: name, presets: Object.keys(presets) } });
}

import type { ConfigManager, PresetEntry, RunSettings } from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-contract";
import * as v from "valibot";
import { type ApiRoute, bodyOf } from "../http/api-route.js";

/** What the page needs to show and to change presets; `ConfigManager` has it. */
export type UiPresets = Pick<ConfigManager, "listPresets" | "savePreset" | "removePreset">;

/** Every preset with what it sets, and whose it is. */
export interface PresetList {
  presets: PresetEntry[];
}

const PRESET = v.strictObject({
  name: v.string(),
  settings: v.record(v.string(), v.unknown()),
  /** Refuses to replace one that is there already. */
  isNew: v.optional(v.boolean(), false),
});

/** The addresses of presets. Changes go to the user's file, whose comments stay. */
export function presetRoutes(config: UiPresets): ApiRoute[] {
  const list = async (): Promise<PresetList> => ({ presets: await config.listPresets() });
  return [
    { method: "GET", path: "/api/presets", answer: list },
    {
      method: "POST",
      path: "/api/presets",
      answer: async (call) => {
        const { name, settings, isNew } = await bodyOf(call, PRESET);
        if (isNew && (await config.listPresets()).some((one) => one.name === name)) throw taken(name);
        await config.savePreset(name, settings as RunSettings);
        return await list();
      },
    },
    {
      method: "DELETE",
      path: "/api/presets/:id",
      answer: async ({ id }) => {
        if (await config.removePreset(id)) return await list();
        throw new OllamaError("INVALID_REQUEST", `Your file of settings has no preset "${id}".`);
      },
    },
  ];
}

function taken(name: string): OllamaError {
  return new OllamaError("INVALID_REQUEST", `There is a preset "${name}" already. Change it, or choose another name.`);
}

import { normalizeExecutionOptions, type PartialExecutionOptions } from "@codo/ollama-contract";
import { findPreset } from "../presets/find-preset.js";
import type { ConfigSettings, RunExtras, RunSettings } from "../schema/config-schema.js";
import { valueAt } from "../schema/setting-path.js";
import type { ConfigLayer } from "./config-layer.js";
import { mergeRunSettings, withoutNulls } from "./merge-settings.js";

/** What a run is for, as far as it matters for its settings. */
export interface RunRequest {
  model?: string;
  preset?: string;
  overrides?: RunSettings;
}

/** What to run a model with: only what some layer set. */
export interface ResolvedRun extends Omit<RunExtras, "description"> {
  options: PartialExecutionOptions;
  /** For a person: options with wire names, deprecated or unknown ones. */
  warnings: string[];
}

/** The layers that a run adds to the base layers: per model, preset, call. */
export function runLayers(settings: ConfigSettings, run: RunRequest): ConfigLayer[] {
  const layers: ConfigLayer[] = [];
  const ofModel = run.model === undefined ? undefined : valueAt(settings, ["models", run.model]);
  if (ofModel !== undefined) {
    layers.push({ name: "model", source: `models.${run.model}`, settings: { options: ofModel as RunSettings } });
  }
  if (run.preset !== undefined) {
    const options = findPreset(settings, run.preset);
    layers.push({ name: "preset", source: `presets.${run.preset}`, settings: { options } });
  }
  if (run.overrides !== undefined) {
    layers.push({ name: "call", source: "call", settings: { options: run.overrides } });
  }
  return layers;
}

/** Merges everything that settles a run. @throws OllamaError `INVALID_CONFIG` for an unknown preset */
export function resolveRun(settings: ConfigSettings, run: RunRequest): ResolvedRun {
  let merged: RunSettings = settings.options ?? {};
  for (const layer of runLayers(settings, run)) merged = mergeRunSettings(merged, layer.settings.options) ?? merged;
  const { description, system, keepAlive, think, timeout, ...rest } = withoutNulls(merged);
  const { options, warnings } = normalizeExecutionOptions(rest as PartialExecutionOptions);
  const extras = { system, keepAlive, think, timeout } as Omit<RunExtras, "description">;
  const present = Object.fromEntries(Object.entries(extras).filter(([, value]) => value !== undefined));
  return { ...present, options: structuredCloneOptions(options), warnings };
}

// A Standard Schema as `format` holds functions, which structuredClone refuses.
function structuredCloneOptions(options: PartialExecutionOptions): PartialExecutionOptions {
  const { format, ...rest } = options;
  return { ...structuredClone(rest), ...(format === undefined ? {} : { format }) };
}

import { isDeepStrictEqual } from "node:util";
import { toCamelCase } from "@codo/ollama-contract";
import { BUILT_IN_PRESETS } from "../presets/built-in-presets.js";
import { type ConfigSettings, type RunSettings, runSettingEntries, scalarEntries } from "../schema/config-schema.js";

/** A setting of a foreign file that has no counterpart here. */
export interface IgnoredSetting {
  path: string;
  reason: string;
}

/** Settings read from a portable file. */
export interface PortableSettings {
  settings: ConfigSettings;
  ignored: IgnoredSetting[];
}

const CONFIG_NAMES: Readonly<Record<string, string>> = {
  base_output_dir: "outputDirectory",
  save_all_outputs: "saveOutputs",
  auto_cleanup_days: "retentionDays",
};

const RUN_NAMES: Readonly<Record<string, string>> = {
  max_tokens: "numPredict",
  context_window: "numCtx",
  system_prompt: "system",
};

const BOOKKEEPING = new Set(["saved_at", "config_version"]);

/** What the Python module writes into every preset, and which therefore says nothing. */
const PYTHON_DEFAULTS: RunSettings = { topK: 40, repeatPenalty: 1.1, stream: false, format: "text" };

/** Whether a file is one that the Python module wrote: an export, or its configuration. */
export function isPythonFile(content: Record<string, unknown>): boolean {
  const marks = ["main_config", "execution_presets", "model_configs", "config_version", "base_output_dir"];
  return marks.some((key) => key in content) || ("ollama_binary" in content && "server_host" in content);
}

/** Brings a Python module's export or configuration to the settings here. */
export function fromPython(content: Record<string, unknown>): PortableSettings {
  const ignored: IgnoredSetting[] = [];
  const isExport = "main_config" in content || "execution_presets" in content || "model_configs" in content;
  const settings = convertConfig(asRecord(isExport ? content.main_config : content), ignored);
  const presets = convertPresets(asRecord(content.execution_presets), ignored);
  const models = convertModels(asRecord(content.model_configs), ignored);
  if (Object.keys(presets).length > 0) settings.presets = presets;
  if (Object.keys(models).length > 0) settings.models = models;
  return { settings, ignored };
}

function convertConfig(config: Record<string, unknown>, ignored: IgnoredSetting[]): ConfigSettings {
  const settings: ConfigSettings = {};
  for (const [key, value] of Object.entries(config)) {
    const name = CONFIG_NAMES[key] ?? toCamelCase(key);
    if (BOOKKEEPING.has(key) || value === null) continue;
    if (key === "default_options") settings.options = convertRun(asRecord(value), "default_options", ignored);
    else if (name in scalarEntries) settings[name] = value;
    else ignored.push({ path: key, reason: "there is no such setting here" });
  }
  return settings;
}

function convertPresets(presets: Record<string, unknown>, ignored: IgnoredSetting[]): Record<string, RunSettings> {
  const converted: Record<string, RunSettings> = {};
  for (const [name, options] of Object.entries(presets)) {
    const run = convertRun(asRecord(options), `execution_presets.${name}`, ignored);
    if (isBuiltIn(name, run)) ignored.push({ path: `execution_presets.${name}`, reason: "it is built in" });
    else converted[name] = run;
  }
  return converted;
}

function convertModels(models: Record<string, unknown>, ignored: IgnoredSetting[]): Record<string, RunSettings> {
  const converted: Record<string, RunSettings> = {};
  for (const [key, entry] of Object.entries(models)) {
    const { model_name: name, configuration } = asRecord(entry);
    const run = convertRun(asRecord(configuration ?? entry), `model_configs.${key}`, ignored);
    converted[typeof name === "string" ? name : key] = run;
  }
  return converted;
}

function convertRun(options: Record<string, unknown>, path: string, ignored: IgnoredSetting[]): RunSettings {
  const run: RunSettings = {};
  for (const [key, value] of Object.entries(options)) {
    const name = RUN_NAMES[key] ?? toCamelCase(key);
    if (value === null || value === undefined || (key === "format" && value === "")) continue;
    if (name in runSettingEntries) run[name] = value;
    else ignored.push({ path: `${path}.${key}`, reason: "there is no such option here" });
  }
  return run;
}

function isBuiltIn(name: string, run: RunSettings): boolean {
  const builtIn = (BUILT_IN_PRESETS as Readonly<Record<string, RunSettings>>)[name];
  if (builtIn === undefined) return false;
  const said = Object.entries(run).filter(
    ([key, value]) => key !== "timeout" && !isDeepStrictEqual(PYTHON_DEFAULTS[key], value),
  );
  return isDeepStrictEqual(Object.fromEntries(said), builtIn);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

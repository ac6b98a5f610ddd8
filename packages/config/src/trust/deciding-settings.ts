import { type ConfigSettings, TOP_LEVEL_KEYS } from "../schema/config-schema.js";

/**
 * Settings of a project that change how a model answers and nothing else. Whatever is not among them decides where data
 * goes, what is run or what is kept, and so does every key that is added later, until it is put here.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  "$schema",
  "autoStartServer",
  "cacheTtl",
  "defaultModel",
  "enableCaching",
  "maxRetries",
  "models",
  "options",
  "presets",
  "requestTimeout",
  "retryDelay",
]);

/** The settings of a project's file that count only with the user's consent. */
export function decidingSettings(settings: ConfigSettings): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([key, value]) => isDeciding(key, value)));
}

/** Whether a setting of a project needs the user's consent. */
export function isDeciding(key: string, value: unknown): boolean {
  // A model in the cloud is another host: the local server hands the prompt on to it.
  if (key === "defaultModel") return typeof value === "string" && /[:-]cloud$/i.test(value);
  // A key that no version knows is not used by any.
  return TOP_LEVEL_KEYS.includes(key) && !HARMLESS.has(key);
}

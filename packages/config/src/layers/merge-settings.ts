import { canonicalModelName, toCamelCase } from "@codo/ollama-contract";
import { type ConfigSettings, GROUP_KEYS, type RunSettings } from "../schema/config-schema.js";

/**
 * Puts one layer's settings over another's. `undefined` says nothing; `null` in run settings stays, so that it still
 * takes a value off when the result is merged onto a lower layer. The merge is associative, with `{}` as identity.
 */
export function mergeSettings(lower: ConfigSettings, upper: ConfigSettings): ConfigSettings {
  const merged: ConfigSettings = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    if (value !== undefined && !isGroup(key)) define(merged, key, value);
  }
  const options = mergeRunSettings(lower.options, upper.options);
  const presets = mergeNamed(lower.presets, upper.presets, (name) => name);
  const models = mergeNamed(lower.models, upper.models, canonicalModelName);
  return {
    ...merged,
    ...(options === undefined ? {} : { options }),
    ...(presets === undefined ? {} : { presets }),
    ...(models === undefined ? {} : { models }),
  };
}

/** Puts run settings over others, wire names (`num_ctx`) brought to their names here (`numCtx`). */
export function mergeRunSettings(
  lower: RunSettings | undefined,
  upper: RunSettings | undefined,
): RunSettings | undefined {
  if (lower === undefined || upper === undefined) return camelCased(upper ?? lower);
  const merged: Record<string, unknown> = { ...camelCased(lower) };
  for (const [key, value] of Object.entries(camelCased(upper) ?? {})) {
    if (value !== undefined) define(merged, key, value);
  }
  return merged as RunSettings;
}

/** Settings without the values that `null` took off. */
export function withoutNulls<Settings extends object>(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) as Settings;
}

function mergeNamed(
  lower: Record<string, RunSettings> | undefined,
  upper: Record<string, RunSettings> | undefined,
  identityOf: (name: string) => string,
): Record<string, RunSettings> | undefined {
  if (lower === undefined && upper === undefined) return undefined;
  const merged: Record<string, RunSettings> = {};
  // The first spelling of a name stays.
  const spellings = new Map<string, string>();
  for (const [name, settings] of [...Object.entries(lower ?? {}), ...Object.entries(upper ?? {})]) {
    const identity = identityOf(name);
    const key = spellings.get(identity) ?? name;
    spellings.set(identity, key);
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    define(merged, key, mergeRunSettings(before, settings) ?? {});
  }
  return merged;
}

function camelCased(settings: RunSettings | undefined): RunSettings | undefined {
  if (settings === undefined) return undefined;
  const named: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(settings)) {
    const name = toCamelCase(key);
    // The proper spelling wins over the wire's when an object has both.
    if (name === key || !Object.hasOwn(settings, name)) define(named, name, value);
  }
  return named as RunSettings;
}

// A key such as "__proto__" in a file is data, and must not reach a prototype.
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isGroup(key: string): boolean {
  return (GROUP_KEYS as readonly string[]).includes(key);
}

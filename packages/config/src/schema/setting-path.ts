import { canonicalModelName, OllamaError, toCamelCase } from "@codo/ollama-contract";
import {
  type ConfigSettings,
  GROUP_KEYS,
  runSettingEntries,
  type SettingSchema,
  scalarEntries,
} from "./config-schema.js";
import { didYouMean } from "./nearest-key.js";

/** The way to a setting: `["serverPort"]`, `["options", "topP"]`, `["models", "llama3.2", "numCtx"]`. */
export type SettingPath = readonly string[];

/**
 * Reads a key as people write it: `serverPort`, `temperature` (short for `options.temperature`), `options.top_p`,
 * `presets.mine.topP`, `models.llama3.2:1b.num_ctx`. Dots in a model's name need no quoting.
 *
 * @throws OllamaError `INVALID_CONFIG` with the nearest key, when there is no such setting
 */
export function parseSettingPath(key: string): SettingPath {
  const [head = "", ...tail] = key.trim().split(".");
  const rest = tail.join(".");
  const first = toCamelCase(head);
  if (first === "$schema" || first in scalarEntries) {
    if (rest === "") return [first];
  } else if (first === "options") {
    return rest === "" ? ["options"] : ["options", runSettingKey(rest)];
  } else if (first === "presets" || first === "models") {
    return rest === "" ? [first] : namedPath(first, rest);
  } else if (rest === "" && first in runSettingEntries) {
    return ["options", first];
  }
  throw unknownSetting(key);
}

/** A path as text, as {@link parseSettingPath} reads it. */
export function formatSettingPath(path: SettingPath): string {
  return path.join(".");
}

/** The schema of the one value at a path; none for a group. */
export function schemaAt(path: SettingPath): SettingSchema | undefined {
  const [head, second, third] = path;
  if (path.length === 1) return scalarEntries[head ?? ""];
  if (head === "options" && path.length === 2) return runSettingEntries[second ?? ""];
  if (path.length === 3) return runSettingEntries[third ?? ""];
  return undefined;
}

/** The value at a path; models are found by Ollama's comparison of names. */
export function valueAt(settings: ConfigSettings, path: SettingPath): unknown {
  let node: unknown = settings;
  for (const [depth, key] of path.entries()) {
    if (typeof node !== "object" || node === null) return undefined;
    const found = depth === 1 && path[0] === "models" ? nameLike(node, key) : key;
    node = Object.hasOwn(node, found) ? (node as Record<string, unknown>)[found] : undefined;
  }
  return node;
}

/** How an object already spells a model's name; the name itself when it has none like it. */
export function nameLike(entries: object, name: string): string {
  if (Object.hasOwn(entries, name)) return name;
  const canonical = canonicalModelName(name);
  return Object.keys(entries).find((key) => canonicalModelName(key) === canonical) ?? name;
}

function namedPath(group: string, rest: string): SettingPath {
  const dot = rest.lastIndexOf(".");
  const field = toCamelCase(rest.slice(dot + 1));
  const nested = /^(.+)\.options\.([^.]+)$/.exec(rest);
  if (nested !== null && field in runSettingEntries) throw nestedOptions([group, nested[1] ?? "", field].join("."));
  return dot > 0 && field in runSettingEntries ? [group, rest.slice(0, dot), field] : [group, rest];
}

/** What a model or a preset sets stands beside its name: there is no group of options in it. */
function nestedOptions(key: string): OllamaError {
  return new OllamaError("INVALID_CONFIG", `Leave "options" out: "${key}".`, {
    details: { key, suggestion: key },
  });
}

function runSettingKey(key: string): string {
  const name = toCamelCase(key);
  if (name in runSettingEntries) return name;
  throw unknownSetting(`options.${key}`);
}

/** The error for a model or a preset that is given a single value: its last word was meant to be a setting. */
export function unknownSettingOf([group = "", name = ""]: SettingPath): OllamaError {
  const key = `${group}.${name}`;
  const message = `There is no setting "${key}". A setting follows the name, as in "${group}.NAME.numCtx".`;
  return new OllamaError("INVALID_CONFIG", message, { details: { key } });
}

function unknownSetting(key: string): OllamaError {
  const known = [...Object.keys(scalarEntries), ...GROUP_KEYS, ...Object.keys(runSettingEntries)];
  const hint = didYouMean(toCamelCase(key.replace(/^options\./, "")), known);
  const remedy = hint === undefined ? "`codo config list` shows every setting." : `Did you mean "${hint}"?`;
  return new OllamaError("INVALID_CONFIG", `There is no setting "${key}". ${remedy}`, {
    details: { key, ...(hint === undefined ? {} : { suggestion: hint }) },
  });
}

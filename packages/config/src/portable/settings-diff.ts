import { isDeepStrictEqual } from "node:util";
import { canonicalModelName } from "@codo/ollama-contract";
import { type ConfigSettings, GROUP_KEYS } from "../schema/config-schema.js";
import { type SettingPath, valueAt } from "../schema/setting-path.js";

/** One setting that changes; `undefined` stands for absent. */
export interface ConfigChange {
  path: SettingPath;
  before: unknown;
  after: unknown;
}

/** What `incoming` would change in `current`, setting by setting. Settings that only `current` has stay. */
export function diffSettings(current: ConfigSettings, incoming: ConfigSettings): ConfigChange[] {
  const spellings = new Map(Object.keys(current.models ?? {}).map((name) => [canonicalModelName(name), name]));
  return leaves(incoming)
    .map(([path, after]) => {
      const placed = spelledLike(spellings, path);
      return { path: placed, before: valueAt(current, placed), after };
    })
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
}

/** The paths that only `before` has, not `after`. */
export function removedPaths(before: ConfigSettings, after: ConfigSettings): SettingPath[] {
  return leaves(before)
    .map(([path]) => path)
    .filter((path) => valueAt(after, path) === undefined);
}

/** Every single setting with its path; groups are opened, empty ones stay whole, unknown keys are one setting each. */
function leaves(settings: ConfigSettings): [SettingPath, unknown][] {
  return Object.entries(settings).flatMap(([key, value]): [SettingPath, unknown][] => {
    if (!(GROUP_KEYS as readonly string[]).includes(key)) return [[[key], value]];
    return openGroup([key], value, key === "options" ? 1 : 2);
  });
}

function openGroup(path: SettingPath, value: unknown, depth: number): [SettingPath, unknown][] {
  const isOpen = depth > 0 && typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isOpen || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => openGroup([...path, key], inner, depth - 1));
}

function spelledLike(spellings: ReadonlyMap<string, string>, path: SettingPath): SettingPath {
  const [group, name = "", ...rest] = path;
  if (group !== "models" || path.length < 2) return path;
  return [group, spellings.get(canonicalModelName(name)) ?? name, ...rest];
}

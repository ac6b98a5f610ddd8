import { normalizeExecutionOptions, type PartialExecutionOptions, toCamelCase } from "@codo/ollama-contract";
import * as v from "valibot";
import {
  type ConfigSettings,
  configSettingsSchema,
  type RunSettings,
  runSettingEntries,
  TOP_LEVEL_KEYS,
} from "../schema/config-schema.js";
import { didYouMean } from "../schema/nearest-key.js";
import type { ConfigProblem } from "./config-problem.js";

/** A problem with the path as its parts, before it is shown. */
export type PlacedProblem = Omit<ConfigProblem, "path"> & { severity: "error" | "warning"; path: string[] };

/** Everything wrong or surprising in settings by themselves, all at once. */
export function checkSettings(settings: ConfigSettings): PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  for (const issue of v.safeParse(configSettingsSchema, settings).issues ?? []) {
    const path = (issue.path ?? []).map(({ key }) => String(key));
    problems.push({ severity: "error", path, message: issue.message });
  }
  problems.push(...unknownKeys(settings, [], TOP_LEVEL_KEYS));
  for (const [path, run] of runSettingsIn(settings)) {
    problems.push(...unknownKeys(run, path, Object.keys(runSettingEntries)));
    problems.push(...optionWarnings(run, path));
  }
  return problems;
}

/** Settings without the values that break the schema, so that the rest can be used. */
export function withoutInvalid(settings: ConfigSettings, problems: readonly PlacedProblem[]): ConfigSettings {
  const copy = structuredClone(settings);
  for (const { severity, path } of problems) if (severity === "error") removeAt(copy, path);
  return copy;
}

/** Every group of run settings in a configuration with the path to it. */
export function runSettingsIn(settings: ConfigSettings): [path: string[], run: RunSettings][] {
  const found: [string[], unknown][] = [[["options"], settings.options]];
  for (const group of ["presets", "models"] as const) {
    for (const [name, run] of Object.entries(settings[group] ?? {})) found.push([[group, name], run]);
  }
  return found.filter((entry): entry is [string[], RunSettings] => isRecord(entry[1]));
}

// A key that is nearly a known one is a slip and an error; any other may come from a newer version and only warns.
function unknownKeys(settings: object, path: string[], known: readonly string[]): PlacedProblem[] {
  return Object.keys(settings)
    .filter((key) => !known.includes(key) && !(path.length > 0 && isWireNamed(key)))
    .map((key) => {
      const suggestion = didYouMean(toCamelCase(key), known);
      return suggestion === undefined
        ? { severity: "warning", path: [...path, key], message: `"${key}" is unknown; it is kept and not used.` }
        : {
            severity: "error",
            path: [...path, key],
            message: `"${key}" is unknown. Did you mean "${suggestion}"?`,
            suggestion,
          };
    });
}

function optionWarnings(run: RunSettings, path: string[]): PlacedProblem[] {
  return Object.entries(run).flatMap(([key, value]): PlacedProblem[] => {
    const name = toCamelCase(key);
    if (!(name in runSettingEntries) && !isDeprecated(key)) return [];
    // A wire name escapes the schema, which knows only the proper one.
    const schema = name === key ? undefined : runSettingEntries[name];
    const misfit = schema === undefined ? undefined : v.safeParse(v.nullable(schema), value).issues?.[0];
    if (misfit !== undefined) return [{ severity: "error", path: [...path, key], message: misfit.message }];
    if (!isDeprecated(key)) return [];
    const message = `Option "${name}" is deprecated: Ollama ignores it.`;
    return [{ severity: "warning", path: [...path, key], message }];
  });
}

// Run settings may have their wire names, and those that Ollama once had.
function isWireNamed(key: string): boolean {
  return toCamelCase(key) in runSettingEntries || isDeprecated(key);
}

function isDeprecated(key: string): boolean {
  const { warnings } = normalizeExecutionOptions({ [toCamelCase(key)]: 0 } as PartialExecutionOptions);
  return warnings.some((warning) => warning.includes("deprecated"));
}

function removeAt(settings: ConfigSettings, path: readonly string[]): void {
  let node: unknown = settings;
  for (const key of path.slice(0, -1)) node = isRecord(node) ? node[key] : undefined;
  const last = path.at(-1);
  if (isRecord(node) && last !== undefined) delete node[last];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { OllamaError } from "@codo/ollama-contract";
import * as v from "valibot";
import { describeSetting } from "./config-schema.js";
import { formatSettingPath, type SettingPath, schemaAt, unknownSettingOf } from "./setting-path.js";

/**
 * Reads a value as people type it at a prompt or put it in a variable: JSON where that fits the setting, else the text
 * itself, else a list of one.
 *
 * @throws OllamaError `INVALID_CONFIG` when no reading fits
 */
export function parseSettingValue(path: SettingPath, text: string): unknown {
  const schema = schemaAt(path);
  assertIsGroup(path, jsonReading(text)[0]);
  const readings = [...jsonReading(text), text, [text]];
  const fitting = readings.find((value) => schema === undefined || v.is(schema, value));
  if (fitting !== undefined) return fitting;
  throw invalidValue(path, readings[0]);
}

/** @throws OllamaError `INVALID_CONFIG` when the value is not one that the setting can have */
export function assertSettingValue(path: SettingPath, value: unknown): void {
  const schema = schemaAt(path);
  assertIsGroup(path, value);
  if (schema === undefined || v.is(schema, value)) return;
  throw invalidValue(path, value);
}

/** What a model or a preset holds is a group of settings; any other value means that its last word is no setting. */
function assertIsGroup(path: SettingPath, value: unknown): void {
  const isNamed = path.length === 2 && (path[0] === "models" || path[0] === "presets");
  if (isNamed && (typeof value !== "object" || value === null || Array.isArray(value))) throw unknownSettingOf(path);
}

function jsonReading(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function invalidValue(path: SettingPath, value: unknown): OllamaError {
  const schema = schemaAt(path);
  const issues = schema === undefined ? [] : (v.safeParse(schema, value).issues ?? []);
  const name = formatSettingPath(path);
  const what = issues.map((issue) => issue.message).join("; ") || "the value does not fit";
  return new OllamaError(
    "INVALID_CONFIG",
    `${name} cannot be ${JSON.stringify(value)}: ${what}. It is: ${describeSetting(schema)}`,
    {
      details: { key: name, problems: issues.map((issue) => issue.message) },
    },
  );
}

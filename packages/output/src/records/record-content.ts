import type { ModelExecutionResult } from "@codo/ollama-contract";
import { isObject, type StoredRecord } from "./stored-record.js";

/** The execution that a record of kind `result` holds. */
export function executionResultOf(record: StoredRecord): ModelExecutionResult {
  const { record: _head, ...result } = record;
  return result as unknown as ModelExecutionResult;
}

/** Every prompt with its response in a record, in order: one for an execution, many for a batch, none for a config. */
export function exchangesOf(record: StoredRecord): { prompt: string; response: string }[] {
  const sources = Array.isArray(record.results) ? record.results.filter(isObject) : [record];
  return sources
    .filter((source) => typeof source.prompt === "string" || typeof source.response === "string")
    .map((source) => ({ prompt: textOf(source.prompt), response: textOf(source.response) }));
}

/** The models that a report or a batch is about, as far as its content names them in a usual place. */
export function modelsOf(content: Record<string, unknown>): string[] {
  const names = new Set<string>();
  for (const key of ["modelName", "model", "model_name"]) addName(names, content[key]);
  for (const key of ["models", "modelNames", "model_names", "results"]) {
    const value = content[key];
    if (Array.isArray(value)) for (const item of value) addName(names, item);
    else if (isObject(value)) for (const name of Object.keys(value)) addName(names, name);
  }
  return [...names];
}

function addName(names: Set<string>, value: unknown): void {
  const name = isObject(value) ? (value.modelName ?? value.model ?? value.model_name ?? value.name) : value;
  if (typeof name === "string" && name !== "") names.add(name);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

import type { ModelExecutionResult } from "@codo/ollama-contract";
import { isObject } from "../records/stored-record.js";
import { contentId } from "./content-id.js";

/** The time of a Python file: `"YYYY-MM-DD HH:MM:SS"` in local time, ISO 8601, or seconds since 1970. */
export function pythonTimeMs(value: unknown, otherwiseMs: number): number {
  const timeMs = typeof value === "number" ? value * 1000 : typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(timeMs) ? otherwiseMs : timeMs;
}

/** Whether a value looks like an execution result of the Python module, in either spelling. */
export function isPythonResult(value: unknown): boolean {
  return isObject(value) && typeof value.prompt === "string" && typeof value.response === "string";
}

/** Brings an execution result of the Python module to ours; what ours has no place for goes into the metadata. */
export function fromPythonResult(source: Record<string, unknown>, otherwiseMs: number): ModelExecutionResult {
  const { prompt, response, timestamp, metadata } = source;
  const text = (snake: string, camel: string): string | undefined => {
    const value = source[snake] ?? source[camel];
    return typeof value === "string" ? value : undefined;
  };
  const number = (snake: string, camel: string): number | undefined => {
    const value = source[snake] ?? source[camel];
    return typeof value === "number" ? value : undefined;
  };
  const createdMs = pythonTimeMs(timestamp, otherwiseMs);
  const executionTime = number("execution_time", "executionTime") ?? 0;
  const tokensUsed = number("tokens_used", "tokensUsed");
  const errorMessage = text("error_message", "errorMessage");
  return {
    schemaVersion: 1,
    id: contentId(createdMs, JSON.stringify(source)),
    modelName: text("model_name", "modelName") ?? "unknown",
    prompt: String(prompt),
    response: String(response),
    executionTime,
    ...(tokensUsed === undefined ? {} : { tokensUsed }),
    success: source.success !== false,
    ...(errorMessage === undefined ? {} : { errorMessage }),
    metadata: {
      ...(isObject(metadata) ? metadata : {}),
      createdAt: new Date(createdMs).toISOString(),
      api: "generate",
      doneReason: null,
      truncated: false,
      usage: {},
      timings: { totalMs: executionTime * 1000 },
      options: {},
      model: {},
    },
  };
}

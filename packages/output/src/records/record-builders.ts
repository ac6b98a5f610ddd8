import { type ModelExecutionResult, OllamaError } from "@codo/ollama-contract";
import { modelsOf } from "./record-content.js";
import { isRecordId, newRecordId, recordTime } from "./record-id.js";
import type { RecordKind } from "./record-kind.js";
import { isObject, RECORD_SCHEMA_VERSION, type RecordHead, type StoredRecord } from "./stored-record.js";

/** What can be said about a record when it is saved. */
export interface SaveOptions {
  /** Words to find it by. Strings in the metadata's `tags` are added. */
  tags?: string[];
  /** Keep it through every clean-up. @defaultValue false */
  pinned?: boolean;
}

/** What a builder needs to know beside the content. */
export interface RecordContext {
  nowMs: number;
  tags?: string[] | undefined;
}

/** A record of a prompt and its response. */
export function outputRecord(
  content: { modelName: string; prompt: string; response: string; metadata?: Record<string, unknown> | undefined },
  context: RecordContext,
): StoredRecord {
  const { modelName, prompt, response, metadata = {} } = content;
  requireText("modelName", modelName);
  requireText("prompt", prompt);
  requireText("response", response);
  const head = makeHead("output", { context, modelName, created: [metadata.createdAt], tags: metadata.tags });
  return { schemaVersion: RECORD_SCHEMA_VERSION, record: head, prompt, response, metadata };
}

/** A record of an execution; its id and time are the result's own. */
export function resultRecord(result: ModelExecutionResult, context: RecordContext): StoredRecord {
  requireObject("result", result);
  requireText("result.modelName", result.modelName);
  const metadata: Record<string, unknown> = result.metadata ?? {};
  const head = makeHead("result", {
    context,
    id: result.id,
    modelName: result.modelName,
    created: [metadata.createdAt],
    tags: metadata.tags,
    success: result.success,
  });
  return { ...result, schemaVersion: RECORD_SCHEMA_VERSION, record: head };
}

/** A record of a batch: its results, and how it went in numbers. */
export function batchRecord(results: readonly ModelExecutionResult[], context: RecordContext): StoredRecord {
  if (!Array.isArray(results)) throw notValid("results", "an array of execution results", results);
  for (const [i, result] of results.entries()) requireObject(`results[${i}]`, result);
  const succeeded = results.filter((result) => result.success).length;
  const head = makeHead("batch", { context, models: modelsOf({ results }), success: succeeded === results.length });
  return {
    schemaVersion: RECORD_SCHEMA_VERSION,
    record: head,
    total: results.length,
    succeeded,
    failed: results.length - succeeded,
    executionTime: results.reduce((sum, result) => sum + (result.executionTime || 0), 0),
    results,
  };
}

/** A record of a benchmark report, a comparison or a model's configuration, kept as it is under its own key. */
export function documentRecord(
  kind: "benchmark" | "comparison" | "config",
  content: Record<string, unknown>,
  context: RecordContext & { modelName?: string },
): StoredRecord {
  requireObject(kind, content);
  const { modelName } = context;
  if (modelName !== undefined) requireText("modelName", modelName);
  const models = kind === "config" ? [] : modelsOf(content);
  const head = makeHead(kind, { context, modelName, models, created: kind === "config" ? [] : [content.createdAt] });
  return { schemaVersion: RECORD_SCHEMA_VERSION, record: head, [kind === "config" ? "config" : "report"]: content };
}

function makeHead(
  kind: RecordKind,
  about: {
    context: RecordContext;
    id?: unknown;
    modelName?: string | undefined;
    models?: string[];
    created?: unknown[];
    tags?: unknown;
    success?: boolean;
  },
): RecordHead {
  const { context, models = [], created = [] } = about;
  if (context.tags?.every((tag) => typeof tag === "string") === false) throw notValid("tags", "strings", context.tags);
  const id = isRecordId(about.id) ? about.id : newRecordId(context.nowMs);
  const modelName = about.modelName ?? (models.length === 1 ? models[0] : undefined);
  return {
    id,
    kind,
    ...(modelName === undefined ? {} : { modelName }),
    ...(models.length > 1 ? { models } : {}),
    createdAt: recordTime(id, ...created, context.nowMs),
    savedAt: new Date(context.nowMs).toISOString(),
    tags: [...new Set([...(context.tags ?? []), ...stringsOf(about.tags)])],
    success: Boolean(about.success ?? true),
  };
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function requireText(name: string, value: unknown): void {
  if (typeof value !== "string") throw notValid(name, "a string", value);
}

function requireObject(name: string, value: unknown): void {
  if (!isObject(value)) throw notValid(name, "an object", value);
}

function notValid(name: string, expected: string, value: unknown): OllamaError {
  const got = value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
  return new OllamaError("INVALID_REQUEST", `Nothing was saved: ${name} must be ${expected}, and ${got} was given.`);
}

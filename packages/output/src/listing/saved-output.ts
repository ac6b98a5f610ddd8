import { relative, resolve, sep } from "node:path";
import type { ModelExecutionResult } from "@codo/ollama-contract";
import type { IndexEntry } from "../entries/index-entry.js";
import { executionResultOf } from "../records/record-content.js";
import { recordFileOf } from "../records/record-path.js";
import type { StoredRecord } from "../records/stored-record.js";
import { type OutputEntry, toOutputEntry } from "./output-entry.js";

/** A saved record with its whole content. */
export interface SavedOutput extends OutputEntry {
  /** The whole prompt, where the record has one. */
  prompt?: string;
  /** The whole response, where the record has one. */
  response?: string;
  metadata?: Record<string, unknown>;
  /** The execution, for kind `result`. */
  result?: ModelExecutionResult;
  /** The executions, for kind `batch`. */
  results?: ModelExecutionResult[];
  /** The report as it was given, for kinds `benchmark` and `comparison`. */
  report?: Record<string, unknown>;
  /** The configuration as it was given, for kind `config`. */
  config?: Record<string, unknown>;
}

/** The path below the base, with `/`, for the path of a record's file; `undefined` for any other. */
export function pathOfRecord(base: string, idOrPath: string): string | undefined {
  const path = relative(resolve(base), resolve(idOrPath)).split(sep).join("/");
  return recordFileOf(path)?.path;
}

/** A record as callers see it. */
export function toSavedOutput(record: StoredRecord, entry: IndexEntry, base: string, pinned: boolean): SavedOutput {
  const { schemaVersion: _version, record: _head, id: _id, ...content } = record;
  return {
    ...content,
    ...toOutputEntry(entry, base, pinned),
    ...(entry.kind === "result" ? { result: executionResultOf(record) } : {}),
  };
}

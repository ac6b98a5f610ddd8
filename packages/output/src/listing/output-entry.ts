import { join } from "node:path";
import type { IndexEntry } from "../entries/index-entry.js";
import type { RecordKind } from "../records/record-kind.js";

/** A saved record as a listing shows it. */
export interface OutputEntry {
  /** For an execution the result's own id. */
  id: string;
  kind: RecordKind;
  /** The model, where the record is about one. */
  modelName?: string;
  /** Every model, where the record is about several. */
  models?: string[];
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601. */
  savedAt: string;
  /** The record's file. */
  path: string;
  sizeBytes: number;
  success: boolean;
  tags: string[];
  pinned: boolean;
  /** The beginning of the prompt, on one line. */
  promptPreview: string;
  /** The beginning of the response, on one line. */
  responsePreview: string;
  /** Wall time in seconds. */
  executionTime?: number;
  tokensUsed?: number;
}

/** An index entry as callers see it. */
export function toOutputEntry(entry: IndexEntry, base: string, pinned: boolean): OutputEntry {
  const { createdMs, savedMs, prompt, response, path, ...rest } = entry;
  return {
    ...rest,
    createdAt: new Date(createdMs).toISOString(),
    savedAt: new Date(savedMs).toISOString(),
    path: join(base, path),
    pinned,
    promptPreview: prompt,
    responsePreview: response,
  };
}

import { isRecordKind, RECORD_KINDS } from "../records/record-kind.js";
import { recordFileOf } from "../records/record-path.js";
import { isObject } from "../records/stored-record.js";
import type { IndexEntry } from "./index-entry.js";

/**
 * Checks what a file of the index gives for an entry; `undefined` when a part is missing or odd, or the path is not the
 * one that a record of this id, time and kind has. One odd entry must cost that entry and nothing else.
 */
export function readIndexEntry(value: unknown): IndexEntry | undefined {
  if (!isObject(value)) return undefined;
  const { id, kind, path, createdMs } = value;
  if (typeof path !== "string" || !isRecordKind(kind)) return undefined;
  const file = recordFileOf(path);
  if (file?.id !== id || file?.createdMs !== createdMs || file?.folder !== RECORD_KINDS[kind].folder) return undefined;
  return hasSoundContent(value) ? (value as unknown as IndexEntry) : undefined;
}

function hasSoundContent(value: Record<string, unknown>): boolean {
  const { savedMs, sizeBytes, success, tags, prompt, response, modelName, models, executionTime, tokensUsed } = value;
  return (
    isTime(savedMs) &&
    isTime(sizeBytes) &&
    Number(sizeBytes) >= 0 &&
    typeof success === "boolean" &&
    isTexts(tags) &&
    typeof prompt === "string" &&
    typeof response === "string" &&
    (modelName === undefined || typeof modelName === "string") &&
    (models === undefined || isTexts(models)) &&
    (executionTime === undefined || typeof executionTime === "number") &&
    (tokensUsed === undefined || typeof tokensUsed === "number")
  );
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= MAX_TIME_MS;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** The largest time that a `Date` can hold; no file comes near it in bytes. */
const MAX_TIME_MS = 8.64e15;

import { OllamaError } from "@codo/ollama-contract";
import { isRecordId, isRecordTime } from "./record-id.js";
import { isRecordKind, type RecordKind } from "./record-kind.js";

/** The version of the record files that this package writes. */
export const RECORD_SCHEMA_VERSION = 1;

/** What the store adds to a record: who and when, not what. */
export interface RecordHead {
  /** A ULID; for an execution the result's own. */
  id: string;
  kind: RecordKind;
  /** The model, where the record is about one. */
  modelName?: string;
  /** Every model that the record is about, where there are several. */
  models?: string[];
  /** When it happened, ISO 8601. */
  createdAt: string;
  /** When it was saved, ISO 8601. */
  savedAt: string;
  tags: string[];
  success: boolean;
}

/** A record file, parsed: the head under `record`, and the content beside it. */
export interface StoredRecord {
  schemaVersion: typeof RECORD_SCHEMA_VERSION;
  record: RecordHead;
  [content: string]: unknown;
}

/** The text of a record file: JSON that a person can read. @throws INVALID_REQUEST when JSON cannot hold its content */
export function encodeRecord(record: StoredRecord): string {
  try {
    return `${JSON.stringify(record, null, 2)}\n`;
  } catch (cause) {
    const [why] = String(cause instanceof Error ? cause.message : cause).split("\n");
    const message = `Nothing was saved: JSON cannot hold the ${record.record.kind}. ${why}. Take such values out.`;
    throw new OllamaError("INVALID_REQUEST", message, { cause });
  }
}

/** Reads the text of a record file. @throws SCHEMA_MISMATCH when it is no record that this version knows. */
export function decodeRecord(text: string, path: string): StoredRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notARecord(path, "it is not JSON", cause);
  }
  if (!isObject(value)) throw notARecord(path, "it is not a JSON object");
  if (value.schemaVersion !== RECORD_SCHEMA_VERSION) {
    throw notARecord(
      path,
      `its schemaVersion is ${JSON.stringify(value.schemaVersion)}, and ${RECORD_SCHEMA_VERSION} is known`,
    );
  }
  if (!isRecordHead(value.record)) throw notARecord(path, 'its "record" part is incomplete or odd');
  return value as unknown as StoredRecord;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRecordHead(value: unknown): value is RecordHead {
  return (
    isObject(value) &&
    isRecordId(value.id) &&
    isRecordKind(value.kind) &&
    typeof value.createdAt === "string" &&
    isRecordTime(Date.parse(value.createdAt)) &&
    (value.modelName === undefined || typeof value.modelName === "string") &&
    typeof value.savedAt === "string" &&
    isTexts(value.tags) &&
    (value.models === undefined || isTexts(value.models)) &&
    typeof value.success === "boolean"
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** The error for a file in the place of a record that is none. */
export function notARecord(path: string, why: string, cause?: unknown): OllamaError {
  return new OllamaError(
    "SCHEMA_MISMATCH",
    `${path} is not a record of this store: ${why}. Move it elsewhere, or import it with the version that wrote it.`,
    { details: { path }, ...(cause === undefined ? {} : { cause }) },
  );
}

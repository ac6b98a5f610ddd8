import { join } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { errorCode, storageFailed } from "@codo/ollama-node-kit";
import { NOT_A_FILE, readRegularFile } from "../files/regular-file.js";
import { RECORD_KINDS } from "../records/record-kind.js";
import { findRecordFile, recordFileOf, recordPath } from "../records/record-path.js";
import { decodeRecord, encodeRecord, notARecord, type StoredRecord } from "../records/stored-record.js";
import { type IndexEntry, indexEntryOf } from "./index-entry.js";

/** Reads a record file by its path below the base; `undefined` when it is not there. @throws SCHEMA_MISMATCH, STORAGE_FAILED */
export function readRecord(base: string, path: string): { record: StoredRecord; entry: IndexEntry } | undefined {
  const file = readRecordFile(base, path);
  return file === undefined
    ? undefined
    : { record: file.record, entry: indexEntryOf(file.record, path, file.sizeBytes) };
}

/** Reads a record file without describing it. @throws SCHEMA_MISMATCH, STORAGE_FAILED */
export function readRecordFile(base: string, path: string): { record: StoredRecord; sizeBytes: number } | undefined {
  let bytes: Buffer;
  try {
    const absolute = findRecordFile(base, path);
    if (absolute === undefined) return undefined;
    bytes = readRegularFile(absolute);
  } catch (error) {
    if (["ENOENT", NOT_A_FILE].includes(errorCode(error) ?? "")) return undefined;
    throw storageFailed("read", join(base, path), { cause: error });
  }
  return { record: decodeRecordAt(base, path, bytes.toString("utf8")), sizeBytes: bytes.length };
}

/** Reads a record's text, which must be the record that its path names. @throws SCHEMA_MISMATCH */
function decodeRecordAt(base: string, path: string, text: string): StoredRecord {
  const absolute = join(base, path);
  const record = decodeRecord(text, absolute);
  const { id, kind, createdAt } = record.record;
  const file = recordFileOf(path);
  const isNamedSo = file?.id === id && file?.createdMs === Date.parse(createdAt);
  if (isNamedSo && file?.folder === RECORD_KINDS[kind].folder) return record;
  throw notARecord(absolute, "its name is not that of the record in it");
}

/** Reads a record file that may be damaged: `undefined` then, and when it is not there. @throws STORAGE_FAILED */
export function readSoundRecord(base: string, path: string): StoredRecord | undefined {
  try {
    return readRecordFile(base, path)?.record;
  } catch (error) {
    if (OllamaError.is(error) && error.code === "SCHEMA_MISMATCH") return undefined;
    throw error;
  }
}

/** What is in the place of a record already: the same one, whenever it was saved and however it is tagged, or another. */
export function compareInPlace(base: string, record: StoredRecord): "same" | "other" | "nothing" {
  try {
    const there = readRecord(base, recordPath(record.record));
    if (there === undefined) return "nothing";
    return contentOf(there.record) === contentOf(record) ? "same" : "other";
  } catch (error) {
    if (OllamaError.is(error) && error.code === "SCHEMA_MISMATCH") return "other";
    throw error;
  }
}

function contentOf(record: StoredRecord): string {
  return encodeRecord({ ...record, record: { ...record.record, savedAt: "", tags: [] } });
}

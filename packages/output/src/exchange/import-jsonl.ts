import { createReadStream } from "node:fs";
import { OllamaError } from "@codo/ollama-contract";
import { readTextLines, storageFailed } from "@codo/ollama-node-kit";
import { isRecordId } from "../records/record-id.js";
import { decodeRecord, type StoredRecord } from "../records/stored-record.js";
import type { ImportItem } from "./import-records.js";

/**
 * The records of a JSONL export, one at a time.
 * @throws STORAGE_FAILED when the file cannot be read, INVALID_REQUEST when it is no text
 */
export async function* readJsonl(path: string, input?: AsyncIterable<Uint8Array>): AsyncGenerator<ImportItem> {
  try {
    let number = 0;
    for await (const line of readTextLines(input ?? createReadStream(path), path)) {
      number++;
      if (line.trim() !== "") yield parseLine(line, `${path}:${number}`);
    }
  } catch (error) {
    throw storageFailed("read the import from", path, { cause: error });
  }
}

function parseLine(line: string, source: string): ImportItem {
  try {
    const decoded = decodeRecord(line, source);
    const { pinned = false, ...head } = decoded.record as StoredRecord["record"] & { pinned?: boolean };
    // The id becomes part of a file's name.
    if (!isRecordId(head.id)) return { source, reason: `its id ${JSON.stringify(head.id)} is not a ULID` };
    return { record: { ...decoded, record: head }, pinned };
  } catch (error) {
    if (OllamaError.is(error)) return { source, reason: error.summary };
    throw error;
  }
}

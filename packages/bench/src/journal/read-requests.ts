import { readFileLines, storageFailed } from "@codo/ollama-node-kit";
import type { RequestRecord } from "../measure/request-record.js";
import { isRequest } from "./request-schema.js";

/**
 * Reads the requests of a run from its journal, one at a time.
 * @throws OllamaError `STORAGE_FAILED` when the file can't be read, `INVALID_REQUEST` when another program made UTF-16 of it
 */
export async function* readRequests(path: string): AsyncGenerator<RequestRecord, void, undefined> {
  try {
    for await (const { text, isUtf8 } of readFileLines(path)) {
      const record = isUtf8 ? parseRecord(text) : undefined;
      if (record !== undefined) yield record;
    }
  } catch (cause) {
    throw storageFailed("read the journal", path, { cause });
  }
}

/** Lines that are no whole request (the head, trial marks, a line torn by a kill) are passed over. */
function parseRecord(line: string): RequestRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRequest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

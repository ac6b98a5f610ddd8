import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { OllamaError } from "@codo/ollama-contract";
import type { RequestRecord } from "../measure/request-record.js";
import { isRequest } from "./request-schema.js";

/** Reads the requests of a run from its journal, one at a time. @throws OllamaError `STORAGE_FAILED` when the file can't be read */
export async function* readRequests(path: string): AsyncGenerator<RequestRecord, void, undefined> {
  try {
    for await (const line of createInterface({
      input: createReadStream(path, "utf8"),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      const record = parseRecord(line);
      if (record !== undefined) yield record;
    }
  } catch (cause) {
    throw new OllamaError("STORAGE_FAILED", `The journal ${path} can't be read: ${(cause as Error).message}`, {
      cause,
    });
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

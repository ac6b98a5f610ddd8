import { recordFileOf } from "../records/record-path.js";
import { isObject } from "../records/stored-record.js";
import type { IndexEntry } from "./index-entry.js";
import { readIndexEntry } from "./read-index-entry.js";

/** One line of a writer's log. Each is written *before* what it tells of is done; `atMs` is the host's own time then. */
export type LogLine =
  /** The record's file is about to appear. */
  | { op: "put"; entry: IndexEntry; atMs: number }
  /** The record's file is about to go. */
  | { op: "del"; id: string; createdMs: number; path: string; atMs: number }
  /** The writer has left; nothing follows. */
  | { op: "end" };

/** The text of a line, with its newline. */
export function encodeLogLine(line: LogLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** Reads a line; `undefined` when it is torn, odd or none of ours. */
export function decodeLogLine(text: string): LogLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  if (value.op === "end") return { op: "end" };
  const atMs = typeof value.atMs === "number" ? value.atMs : 0;
  if (value.op === "put") {
    const entry = readIndexEntry(value.entry);
    return entry === undefined ? undefined : { op: "put", entry, atMs };
  }
  if (value.op !== "del" || typeof value.path !== "string") return undefined;
  const file = recordFileOf(value.path);
  if (file === undefined || file.id !== value.id || file.createdMs !== value.createdMs) return undefined;
  return { op: "del", id: file.id, createdMs: file.createdMs, path: file.path, atMs };
}

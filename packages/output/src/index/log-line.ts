import { crc32 } from "node:zlib";
import type { IndexEntry } from "../entries/index-entry.js";
import { readIndexEntry } from "../entries/read-index-entry.js";
import { recordFileOf } from "../records/record-path.js";
import { isObject } from "../records/stored-record.js";

/** One line of a writer's log. Each is written *before* the change that it describes; `atMs` is the host's own time then. */
export type LogLine =
  /** The record's file is about to appear. */
  | { op: "put"; entry: IndexEntry; atMs: number }
  /** The record's file is about to go. */
  | { op: "del"; id: string; createdMs: number; path: string; atMs: number }
  /** The writer has left; nothing follows. */
  | { op: "end" };

/** The text of a line: JSON, which holds no tab, then a tab, the JSON's CRC-32 and a newline. */
export function encodeLogLine(line: LogLine): string {
  const json = JSON.stringify(line);
  return `${json}\t${checksumOf(json)}\n`;
}

/** The CRC-32 of a text in UTF-8, as eight hexadecimal digits. */
export function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

/** Reads a line; `undefined` when it is torn, odd or none of ours. */
export function decodeLogLine(text: string): LogLine | undefined {
  // Lines of the first format end without a checksum.
  const tab = text.lastIndexOf("\t");
  const json = tab === -1 ? text : text.slice(0, tab);
  if (tab !== -1 && text.slice(tab + 1) !== checksumOf(json)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
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

import { closeSync, fstatSync, readSync } from "node:fs";
import { openRegularFile } from "../files/regular-file.js";
import { decodeLogLine, type LogLine } from "./log-line.js";

const NEWLINE = 0x0a;

/** A line of a log with the offset at which it ends. */
export interface ReadLine {
  line: LogLine;
  endOffset: number;
}

/** What was read of a log. */
export interface ReadLog {
  lines: ReadLine[];
  /** Up to where whole lines were read. */
  endOffset: number;
  /** Of the file, when it was read. */
  sizeBytes: number;
  /** Whether bytes follow that are no whole line: a write under way, or one cut short. */
  tornTail: boolean;
  /** Whether a line could not be read, or the log is shorter than it was. */
  damaged: boolean;
}

/** Reads the whole lines of a log from an offset on. @throws ENOENT as the file system gives it. */
export function readLog(path: string, fromOffset: number): ReadLog {
  const descriptor = openRegularFile(path);
  try {
    const sizeBytes = fstatSync(descriptor).size;
    const bytes = Buffer.allocUnsafe(Math.max(0, sizeBytes - fromOffset));
    const length = bytes.length === 0 ? 0 : readSync(descriptor, bytes, 0, bytes.length, fromOffset);
    if (sizeBytes < fromOffset) {
      return { lines: [], endOffset: sizeBytes, sizeBytes, tornTail: false, damaged: true };
    }
    return parseLog(bytes.subarray(0, length), fromOffset);
  } finally {
    closeSync(descriptor);
  }
}

function parseLog(bytes: Buffer, fromOffset: number): ReadLog {
  const lines: ReadLine[] = [];
  let damaged = false;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    if (end > start) {
      const line = decodeLogLine(bytes.toString("utf8", start, end));
      if (line === undefined) damaged = true;
      else lines.push({ line, endOffset: fromOffset + end + 1 });
    }
    start = end + 1;
  }
  const sizeBytes = fromOffset + bytes.length;
  return { lines, endOffset: fromOffset + start, sizeBytes, tornTail: start < bytes.length, damaged };
}

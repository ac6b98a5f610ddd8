import { createReadStream } from "node:fs";

/** A line of a file. */
export interface FileLine {
  text: string;
  /** Where it begins, in bytes. */
  offset: number;
  /** Whether it ends with a line feed; only a file's last line may not. */
  isComplete: boolean;
}

const LINE_FEED = 0x0a;

/** The lines of a file with their places, one at a time: memory does not grow with the file. */
export async function* readLines(path: string): AsyncGenerator<FileLine, void, undefined> {
  let pending: Buffer[] = [];
  let offset = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      // Most lines lie within one chunk: no buffer is made for those.
      const bytes = pending.length === 0 ? chunk : Buffer.concat([...pending, chunk.subarray(start, end)]);
      const [from, to] = pending.length === 0 ? [start, end] : [0, bytes.length];
      yield { text: bytes.toString("utf8", from, to), offset, isComplete: true };
      offset += to - from + 1;
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) yield { text: Buffer.concat(pending).toString("utf8"), offset, isComplete: false };
}

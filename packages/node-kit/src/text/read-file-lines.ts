import { open } from "node:fs/promises";

/** A line of a file. */
export interface FileLine {
  text: string;
  /** Where it begins, in bytes. */
  offset: number;
  /** Whether it ends with a line feed; only a file's last line may not. */
  isComplete: boolean;
}

const BUFFER_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/**
 * The lines of a file that a program wrote, with their places, one at a time and through one buffer: memory does not
 * grow with the file. A line that a kill tore is given as it is; for what people give see {@link readTextLines}.
 */
export async function* readFileLines(path: string): AsyncGenerator<FileLine, void, undefined> {
  const file = await open(path, "r");
  try {
    let buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    let filled = 0;
    let offset = 0;
    while (true) {
      // Only a line that is longer than the buffer leaves no room in it.
      if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
      if (bytesRead === 0) break;
      let start = 0;
      let end = buffer.indexOf(LINE_FEED, filled);
      filled += bytesRead;
      for (; end >= 0 && end < filled; end = buffer.indexOf(LINE_FEED, start)) {
        yield { text: buffer.toString("utf8", start, end), offset: offset + start, isComplete: true };
        start = end + 1;
      }
      buffer.copyWithin(0, start, filled);
      offset += start;
      filled -= start;
    }
    if (filled > 0) yield { text: buffer.toString("utf8", 0, filled), offset, isComplete: false };
  } finally {
    await file.close();
  }
}

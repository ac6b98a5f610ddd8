import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import { OllamaError } from "@codo/ollama-contract";

/** A line of a file. */
export interface FileLine {
  text: string;
  /** Where it begins, in bytes. */
  offset: number;
  /** Where the next one begins. */
  end: number;
  /** Whether it ends with a line feed; only a file's last line may not. */
  isComplete: boolean;
  /** Whether its bytes are UTF-8. A line that is not was damaged, or changed by another program: `text` has U+FFFD. */
  isUtf8: boolean;
}

/** Which part of a file, in bytes. */
export interface FilePart {
  /** The beginning of a line. @defaultValue 0 */
  from?: number;
  /** @defaultValue the end of the file */
  to?: number;
}

const BUFFER_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * The lines of a file that a program wrote, with their places, one at a time and through one buffer: memory does not
 * grow with the file. The file is UTF-8, since places in it are kept and lines are added to it; a byte order mark that
 * an editor put before it is passed over. A line that a kill tore is given as it is; for what people give see
 * {@link readTextLines}.
 * @throws OllamaError `INVALID_REQUEST` when another program made UTF-16 of it
 */
export async function* readFileLines(
  path: string,
  { from = 0, to = Number.POSITIVE_INFINITY }: FilePart = {},
): AsyncGenerator<FileLine, void, undefined> {
  const file = await open(path, "r");
  try {
    let buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    let filled = 0;
    let offset = from;
    const line = (start: number, end: number, isComplete: boolean): FileLine => {
      const bytes = buffer.subarray(offset + start === 0 ? markLength(buffer.subarray(0, end), path) : start, end);
      const next = offset + end + (isComplete ? 1 : 0);
      return {
        text: bytes.toString("utf8"),
        offset: offset + end - bytes.length,
        end: next,
        isComplete,
        isUtf8: isUtf8(bytes),
      };
    };
    while (true) {
      // Only a line that is longer than the buffer leaves no room in it.
      if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const most = Math.min(buffer.length - filled, to - offset - filled);
      const { bytesRead } = most > 0 ? await file.read(buffer, filled, most, offset + filled) : { bytesRead: 0 };
      if (bytesRead === 0) break;
      let start = 0;
      let end = buffer.indexOf(LINE_FEED, filled);
      filled += bytesRead;
      for (; end >= 0 && end < filled; end = buffer.indexOf(LINE_FEED, start)) {
        yield line(start, end, true);
        start = end + 1;
      }
      buffer.copyWithin(0, start, filled);
      offset += start;
      filled -= start;
    }
    if (filled > 0) yield line(0, filled, false);
  } finally {
    await file.close();
  }
}

/** The length of the byte order mark that a file begins with. */
function markLength(bytes: Buffer, path: string): number {
  if (bytes.indexOf(UTF8_MARK) === 0) return UTF8_MARK.length;
  if (!UTF16_MARKS.some((mark) => bytes.indexOf(mark) === 0)) return 0;
  throw new OllamaError("INVALID_REQUEST", `${path} is UTF-16, and it was written as UTF-8.`, {
    advice: "Another program has changed it: save it as UTF-8, or name another file.",
    details: { path },
  });
}

import type { FileHandle } from "node:fs/promises";

const WINDOW_BYTES = 128 * 1024;
const LINE_FEED = 0x0a;

/**
 * Reads lines of a file by their places. Items of a batch finish about in the order of the input, so that the next
 * line asked for is mostly in the window that was read for the last one.
 */
export class LineReader {
  readonly #file: FileHandle;
  readonly #buffer: Buffer = Buffer.allocUnsafe(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** The line that begins at a place, without its end. */
  async readAt(offset: number): Promise<string> {
    const line = this.#fromWindow(offset);
    if (line !== undefined) return line;
    await this.#fill(offset);
    return this.#fromWindow(offset) ?? (await this.#readLong(offset));
  }

  #fromWindow(offset: number): string | undefined {
    const from = offset - this.#start;
    if (from < 0 || from >= this.#length) return undefined;
    const window = this.#buffer.subarray(from, this.#length);
    const end = window.indexOf(LINE_FEED);
    return end < 0 ? undefined : window.toString("utf8", 0, end);
  }

  async #fill(offset: number): Promise<void> {
    this.#length = 0;
    const { bytesRead } = await this.#file.read(this.#buffer, 0, WINDOW_BYTES, offset);
    this.#start = offset;
    this.#length = bytesRead;
  }

  /** A line that is longer than the window. */
  async #readLong(offset: number): Promise<string> {
    const pieces: Buffer[] = [];
    for (let position = offset; ; ) {
      await this.#fill(position);
      const window = this.#buffer.subarray(0, this.#length);
      const end = window.indexOf(LINE_FEED);
      pieces.push(Buffer.from(end < 0 ? window : window.subarray(0, end)));
      if (end >= 0 || this.#length === 0) return Buffer.concat(pieces).toString("utf8");
      position += this.#length;
    }
  }
}

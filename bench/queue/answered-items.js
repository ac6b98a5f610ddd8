import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

const CHUNK_BYTES = 1 << 20;

/** Reads what a batch adds to its journal, and counts for each of its items how often it was answered. */
export class AnsweredItems {
  lines = 0;
  #path;
  #offset = 0;
  #decoder = new StringDecoder("utf8");
  #rest = "";
  /** How often each item, by its number. */
  #times;
  #wrong = 0;

  constructor(path, items) {
    this.#path = path;
    this.#times = new Uint8Array(items);
  }

  /** Reads on. */
  read() {
    let file;
    try {
      file = openSync(this.#path);
    } catch {
      // The batch has not begun it.
      return;
    }
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let sizeBytes;
    do {
      sizeBytes = readSync(file, chunk, 0, CHUNK_BYTES, this.#offset);
      this.#offset += sizeBytes;
      this.#take(this.#decoder.write(chunk.subarray(0, sizeBytes)));
    } while (sizeBytes > 0);
    closeSync(file);
  }

  /** What stands in the journal: items with an answer, without one, with more than one, and wrong answers. */
  count() {
    const answered = this.#times.filter((times) => times > 0).length;
    const twice = this.#times.filter((times) => times > 1).length;
    return { answered, lost: this.#times.length - answered, twice, wrong: this.#wrong };
  }

  #take(text) {
    const lines = `${this.#rest}${text}`.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const { index, result } = JSON.parse(line);
      this.lines++;
      if (result.success && result.response === `prompt ${index}`) this.#times[index]++;
      else this.#wrong++;
    }
  }
}

import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { type JournalLine, parseJournalLine } from "@codo/ollama-runner/batch-kit";
import { itemOf, type JournalItem } from "./journal-item.js";
import { JournalTally } from "./journal-tally.js";

const LINE_FEED = 0x0a;

/** Where a line stands, in bytes. */
interface Place {
  start: number;
  end: number;
}

/** A journal that a batch may be writing, in whichever process: each look reads what was added since the last. */
export class GrowingJournal {
  readonly #path: string;
  #tally = new JournalTally();
  #places: Place[] = [];
  #end = 0;
  #file = 0;
  #looking: Promise<void> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get tally(): JournalTally {
    return this.#tally;
  }

  /** How many lines were read. */
  get length(): number {
    return this.#places.length;
  }

  /** Reads what was added. A file that was replaced is read anew. */
  async look(): Promise<void> {
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  /** Items, the newest first. */
  async items(skip: number, most: number): Promise<JournalItem[]> {
    const places = this.#places.slice(Math.max(0, this.length - skip - most), Math.max(0, this.length - skip));
    const file = await open(this.#path, "r");
    try {
      const items: JournalItem[] = [];
      for (const { start, end } of places.reverse()) {
        const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
        const line = parseJournalLine(buffer.toString("utf8"));
        if (line !== undefined) items.push(itemOf(line));
      }
      return items;
    } finally {
      await file.close();
    }
  }

  async #read(): Promise<void> {
    const { ino, size } = await stat(this.#path);
    if (ino !== this.#file || size < this.#end) {
      this.#tally = new JournalTally();
      this.#places = [];
      this.#end = 0;
      this.#file = ino;
    }
    if (size === this.#end) return;
    // A last line without its end is read when it is whole.
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of createReadStream(this.#path, { start: this.#end, end: size - 1 })) {
      rest = this.#takeLines(Buffer.concat([rest, chunk as Buffer]));
    }
  }

  #takeLines(bytes: Buffer): Buffer {
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      const line = parseJournalLine(bytes.toString("utf8", from, at));
      if (line !== undefined) this.#take(line, { start: this.#end, end: this.#end + at - from });
      this.#end += at + 1 - from;
      from = at + 1;
    }
    return bytes.subarray(from);
  }

  #take(line: JournalLine, place: Place): void {
    this.#tally.take(line);
    this.#places.push(place);
  }
}

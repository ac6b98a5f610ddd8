import { open, stat } from "node:fs/promises";
import { type PlacedJournalLine, parseJournalLine, readJournalLines } from "@codo/ollama-runner/batch-kit";
import { itemOf, type JournalItem } from "./journal-item.js";
import { JournalTally } from "./journal-tally.js";

/** A journal that a batch may be writing, in whichever process: each look reads what was added since the last. */
export class GrowingJournal {
  readonly #path: string;
  #tally = new JournalTally();
  #places: Pick<PlacedJournalLine, "offset" | "end">[] = [];
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
      for (const { offset, end } of places.reverse()) {
        const { buffer } = await file.read(Buffer.alloc(end - offset), 0, end - offset, offset);
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
    for await (const { line, offset, end, isComplete } of readJournalLines(this.#path, { from: this.#end, to: size })) {
      // It may be a part of one that is being written, and is read when it is whole.
      if (!isComplete) break;
      this.#end = end;
      this.#tally.take(line);
      this.#places.push({ offset, end });
    }
  }
}

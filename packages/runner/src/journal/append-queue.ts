import type { FileHandle } from "node:fs/promises";

/**
 * Appends to a file in the order of the calls. What comes while a write is under way goes out together in the next
 * one, so that many small appends cost few writes.
 */
export class AppendQueue {
  readonly #file: FileHandle;
  #texts: string[] = [];
  #next: Promise<void> | undefined;
  #current: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Resolves when the operating system has the text: from then on a kill of this process does not lose it. */
  append(text: string): Promise<void> {
    this.#texts.push(text);
    this.#next ??= this.#flushAfter(this.#current);
    return this.#next;
  }

  /** Resolves when everything is written and on the disk. */
  async drain(): Promise<void> {
    await (this.#next ?? this.#current);
    await this.#file.datasync();
  }

  async #flushAfter(previous: Promise<void>): Promise<void> {
    // A failed write was reported to those whose text it held; the next one is tried for itself.
    await previous.catch(() => {});
    const texts = this.#texts;
    this.#texts = [];
    this.#current = this.#file.appendFile(texts.join(""), "utf8");
    this.#next = undefined;
    await this.#current;
  }
}

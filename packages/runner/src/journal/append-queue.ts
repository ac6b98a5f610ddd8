import type { FileHandle } from "node:fs/promises";

/** What a queue needs of its file. */
export type AppendFile = Pick<FileHandle, "appendFile" | "datasync">;

/**
 * Appends to a file in the order of the calls. What comes while a write is under way goes out together in the next
 * one, so that many small appends cost few writes.
 */
export class AppendQueue {
  readonly #file: AppendFile;
  #hasFailed = false;
  #texts: string[] = [];
  #next: Promise<void> | undefined;
  #current: Promise<void> = Promise.resolve();

  constructor(file: AppendFile) {
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
    const text = this.#texts.join("");
    this.#texts = [];
    this.#current = this.#write(text);
    this.#next = undefined;
    await this.#current;
  }

  async #write(text: string): Promise<void> {
    // A disk that was full may have taken a part of a line: what comes next must not be glued to it.
    const start = this.#hasFailed ? "\n" : "";
    this.#hasFailed = true;
    await this.#file.appendFile(`${start}${text}`, "utf8");
    this.#hasFailed = false;
  }
}

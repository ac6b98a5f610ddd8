/** Notices that the same piece of text comes again and again. */
export class Repetition {
  #last = "";
  #count = 0;

  /** @param limit - how many times in a row are too many; absent or 0 is never */
  constructor(private readonly limit: number | undefined) {}

  /** Whether this piece is one too many. */
  isEndless(text: string): boolean {
    if (!this.limit || text === "") return false;
    const trimmed = text.trim();
    this.#count = trimmed === this.#last ? this.#count + 1 : 0;
    this.#last = trimmed;
    return this.#count > this.limit;
  }
}

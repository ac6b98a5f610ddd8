import type { IndexEntry } from "../entries/index-entry.js";
import type { SearchText } from "../text/search-text.js";
import { forEachTerm } from "../text/tokenize.js";
import { ByteWriter } from "./byte-writer.js";
import { encodePostings, MAX_FREQUENCY, POSTING_UNIT } from "./postings.js";
import type { SegmentWriter } from "./segment-writer.js";

/** Makes a segment from records, which must come oldest first. */
export class SegmentBuilder {
  readonly #writer: SegmentWriter;
  /** Packed postings by term. */
  readonly #terms = new Map<string, number[]>();
  count = 0;

  constructor(writer: SegmentWriter) {
    this.#writer = writer;
  }

  /** Takes in a record's entry and its words. */
  add(entry: IndexEntry, text: SearchText): void {
    const doc = this.count++;
    let words = 0;
    const count = (term: string): void => {
      words++;
      const postings = this.#terms.get(term);
      if (postings === undefined) {
        this.#terms.set(term, [doc * POSTING_UNIT + 1]);
        return;
      }
      const last = postings[postings.length - 1] ?? 0;
      if (last < doc * POSTING_UNIT) postings.push(doc * POSTING_UNIT + 1);
      else if (last < doc * POSTING_UNIT + MAX_FREQUENCY) postings[postings.length - 1] = last + 1;
    };
    for (const part of text) forEachTerm(part, count);
    this.#writer.addDocument(entry, words);
  }

  /** Writes the words of all records. The segment's writer is then to be finished. */
  writeTerms(): void {
    this.#writer.endDocuments();
    const encoded = new ByteWriter();
    for (const [term, postings] of [...this.#terms].sort(([a], [b]) => (a < b ? -1 : 1))) {
      encoded.clear();
      encodePostings(encoded, postings);
      this.#writer.addTerm(term, postings.length, encoded.view);
    }
  }
}

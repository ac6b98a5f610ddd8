import type { ByteWriter } from "./byte-writer.js";

/** Occurrences of a term in one document are counted up to here: more say nothing to the ranking. */
export const MAX_FREQUENCY = 15;

/**
 * A posting is one number: the document's number times this, plus how often the term occurs there (1 to
 * {@link MAX_FREQUENCY}). Packed postings sort by document.
 */
export const POSTING_UNIT: number = MAX_FREQUENCY + 1;

/** The documents of one term, ascending, with how often it occurs in each. */
export interface Postings {
  docs: Uint32Array;
  frequencies: Uint8Array;
}

/** Writes packed postings, ascending: for each one varint, its document's distance from the one before and the frequency. */
export function encodePostings(writer: ByteWriter, packed: readonly number[]): void {
  let previous = 0;
  for (const posting of packed) {
    writer.varint(posting - previous);
    previous = posting - (posting % POSTING_UNIT);
  }
}

/** Reads the postings of a term with `count` documents. @throws RangeError when the bytes are not whole */
export function decodePostings(bytes: Uint8Array, count: number): Postings {
  const docs = new Uint32Array(count);
  const frequencies = new Uint8Array(count);
  let at = 0;
  forEachPosting(bytes, count, (doc, frequency) => {
    docs[at] = doc;
    frequencies[at++] = frequency;
  });
  return { docs, frequencies };
}

/** Adds how often a term occurs in each document to the sums of others. @throws RangeError when the bytes are not whole */
export function addPostings(bytes: Uint8Array, count: number, sums: Uint8Array): void {
  forEachPosting(bytes, count, (doc, frequency) => {
    const sum = (sums[doc] ?? 0) + frequency;
    sums[doc] = Math.min(sum, MAX_FREQUENCY);
  });
}

/** The documents with a sum, and their sums. */
export function postingsOfSums(sums: Uint8Array): Postings {
  let count = 0;
  for (let doc = 0; doc < sums.length; doc++) if (sums[doc] !== 0) count++;
  const docs = new Uint32Array(count);
  const frequencies = new Uint8Array(count);
  for (let doc = 0, at = 0; at < count; doc++) {
    if (sums[doc] === 0) continue;
    docs[at] = doc;
    frequencies[at++] = sums[doc] ?? 0;
  }
  return { docs, frequencies };
}

function forEachPosting(bytes: Uint8Array, count: number, visit: (doc: number, frequency: number) => void): void {
  let position = 0;
  let doc = 0;
  // The varint is read in place: this loop decides how long a search takes.
  for (let i = 0; i < count; i++) {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = bytes[position++];
      if (byte === undefined) throw new RangeError("Postings run past the end of their bytes.");
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) break;
      unit *= 0x80;
    }
    doc += Math.floor(value / POSTING_UNIT);
    visit(doc, value % POSTING_UNIT);
  }
}

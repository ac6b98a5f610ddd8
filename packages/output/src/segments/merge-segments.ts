import type { IndexEntry } from "../entries/index-entry.js";
import { compareNewestFirst } from "../entries/index-entry.js";
import { ByteWriter } from "./byte-writer.js";
import type { DeletedDocuments } from "./deleted-documents.js";
import { decodePostings, encodePostings, POSTING_UNIT } from "./postings.js";
import type { SegmentReader } from "./segment-reader.js";
import type { SegmentWriter } from "./segment-writer.js";
import type { TermEntry } from "./term-dictionary.js";

const READ_AHEAD_BYTES = 1 << 18;
const GONE = 0xffff_ffff;

/** A segment to be merged, and which of its documents are gone. */
export interface MergeSource {
  reader: SegmentReader;
  deleted: DeletedDocuments;
}

/**
 * Merges segments into one without reading a record: documents that are gone, and second copies of one id, are left
 * out. `pause` is awaited again and again, so that other work gets its turn.
 */
export async function mergeSegments(
  sources: readonly MergeSource[],
  writer: SegmentWriter,
  pause: () => Promise<void>,
): Promise<void> {
  const numbers = await mergeDocuments(sources, writer, pause);
  writer.endDocuments();
  await mergeTerms(sources, numbers, writer, pause);
}

/** Writes all documents in order of time; gives each source's new numbers by the old ones. */
async function mergeDocuments(
  sources: readonly MergeSource[],
  writer: SegmentWriter,
  pause: () => Promise<void>,
): Promise<Uint32Array[]> {
  const numbers = sources.map(({ reader }) => new Uint32Array(reader.docs).fill(GONE));
  const heads = sources.map((source, index) => ({ index, next: documentsOf(source) }));
  let open = heads.map((head) => ({ ...head, current: head.next.next() })).filter((head) => head.current.done !== true);
  let lastId: string | undefined;
  for (let count = 0; open.length > 0; count++) {
    if (count % 256 === 0) await pause();
    let oldest = open[0];
    for (const head of open) {
      if (oldest === undefined || head.current.done === true || oldest.current.done === true) continue;
      if (compareNewestFirst(head.current.value.entry, oldest.current.value.entry) > 0) oldest = head;
    }
    if (oldest === undefined || oldest.current.done === true) break;
    const { entry, words, doc } = oldest.current.value;
    const mapped = numbers[oldest.index];
    if (mapped !== undefined && entry.id !== lastId) mapped[doc] = writer.addDocument(entry, words);
    lastId = entry.id;
    oldest.current = oldest.next.next();
    if (oldest.current.done === true) open = open.filter((head) => head !== oldest);
  }
  return numbers;
}

function* documentsOf({ reader, deleted }: MergeSource): Generator<{ entry: IndexEntry; words: number; doc: number }> {
  const table = reader.table();
  for (let doc = 0; doc < reader.docs; doc++) {
    if (!deleted.has(doc)) yield { entry: reader.entry(table.row(doc)), words: table.words(doc), doc };
  }
}

async function mergeTerms(
  sources: readonly MergeSource[],
  numbers: readonly Uint32Array[],
  writer: SegmentWriter,
  pause: () => Promise<void>,
): Promise<void> {
  let open = sources
    .map(({ reader }, index) => new TermCursor(reader, numbers[index] ?? new Uint32Array()))
    .filter((cursor) => cursor.current !== undefined);
  const encoded = new ByteWriter();
  for (let count = 0; open.length > 0; count++) {
    if (count % 256 === 0) await pause();
    const term = leastTerm(open);
    const merged: number[] = [];
    let finished = false;
    for (const cursor of open) {
      if (cursor.current?.term !== term) continue;
      cursor.collect(merged);
      finished ||= cursor.current === undefined;
    }
    if (finished) open = open.filter((cursor) => cursor.current !== undefined);
    if (merged.length === 0) continue;
    if (!isAscending(merged)) merged.sort((a, b) => a - b);
    encoded.clear();
    encodePostings(encoded, merged);
    writer.addTerm(term, merged.length, encoded.view);
  }
}

function leastTerm(cursors: readonly TermCursor[]): string {
  let least = cursors[0]?.current?.term ?? "";
  for (const { current } of cursors) if (current !== undefined && current.term < least) least = current.term;
  return least;
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0));
}

/** Walks a segment's terms in order. Postings lie in the same order, so they are read ahead in large pieces. */
class TermCursor {
  readonly #reader: SegmentReader;
  readonly #numbers: Uint32Array;
  readonly #terms: Iterator<TermEntry>;
  #ahead: Buffer = Buffer.alloc(0);
  #aheadOffset = 0;
  current: TermEntry | undefined;

  constructor(reader: SegmentReader, numbers: Uint32Array) {
    this.#reader = reader;
    this.#numbers = numbers;
    this.#terms = reader.terms().startingWith("");
    this.#advance();
  }

  /** Adds the current term's postings under their new numbers, and goes on to the next term. */
  collect(into: number[]): void {
    if (this.current === undefined) return;
    const { docs, frequencies } = decodePostings(this.#bytes(this.current), this.current.count);
    for (let i = 0; i < docs.length; i++) {
      const doc = this.#numbers[docs[i] ?? 0] ?? GONE;
      if (doc !== GONE) into.push(doc * POSTING_UNIT + (frequencies[i] ?? 1));
    }
    this.#advance();
  }

  #advance(): void {
    const next = this.#terms.next();
    this.current = next.done === true ? undefined : next.value;
  }

  #bytes({ offset, length }: TermEntry): Buffer {
    const end = this.#aheadOffset + this.#ahead.length;
    if (offset < this.#aheadOffset || offset + length > end) {
      const left = this.#reader.footer.postings.length - offset;
      this.#ahead = this.#reader.postingBytes(offset, Math.min(left, Math.max(length, READ_AHEAD_BYTES)));
      this.#aheadOffset = offset;
    }
    const from = offset - this.#aheadOffset;
    return this.#ahead.subarray(from, from + length);
  }
}

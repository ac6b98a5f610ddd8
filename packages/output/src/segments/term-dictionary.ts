import { ByteReader } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";
import { TERMS_PER_BLOCK } from "./segment-format.js";

/** A term, and where its postings are. */
export interface TermEntry {
  term: string;
  /** Documents that have the term. */
  count: number;
  /** From the start of the postings. */
  offset: number;
  length: number;
}

/** Writes the dictionary: terms in ascending order, in blocks, each block findable by its first term. */
export class TermDictionaryWriter {
  readonly blocks: ByteWriter = new ByteWriter(1 << 16);
  readonly index: ByteWriter = new ByteWriter(1 << 12);
  terms = 0;
  #offset = 0;

  /** Adds a term whose postings of `length` bytes follow those of the term before. */
  add(term: string, count: number, length: number): void {
    if (this.terms % TERMS_PER_BLOCK === 0) {
      this.index.text(term);
      this.index.varint(this.blocks.length);
      this.index.varint(this.#offset);
    }
    this.blocks.text(term);
    this.blocks.varint(count);
    this.blocks.varint(length);
    this.#offset += length;
    this.terms++;
  }
}

interface Block {
  firstTerm: string;
  start: number;
  end: number;
  postingsOffset: number;
}

/** Looks terms up. Blocks are read only when a term may be in them. */
export class TermDictionary {
  readonly #blocks: Block[] = [];
  readonly #read: (start: number, end: number) => Buffer;

  /** `read` gives bytes of the section that holds the blocks. */
  constructor(index: Buffer, blocksLength: number, read: (start: number, end: number) => Buffer) {
    this.#read = read;
    const reader = new ByteReader(index);
    while (!reader.atEnd) {
      const block = { firstTerm: reader.text(), start: reader.varint(), postingsOffset: reader.varint() };
      const previous = this.#blocks.at(-1);
      if (previous !== undefined) previous.end = block.start;
      this.#blocks.push({ ...block, end: blocksLength });
    }
  }

  /** The entry of exactly this term. */
  find(term: string): TermEntry | undefined {
    const block = this.#blocks[this.#blockOf(term)];
    if (block === undefined) return undefined;
    for (const entry of this.#entries(block)) {
      if (entry.term === term) return entry;
      if (entry.term > term) return undefined;
    }
    return undefined;
  }

  /** Every term that begins with a prefix, ascending; all terms for `""`. */
  *startingWith(prefix: string): Generator<TermEntry> {
    for (let i = Math.max(0, this.#blockOf(prefix)); i < this.#blocks.length; i++) {
      const block = this.#blocks[i];
      if (block === undefined) return;
      for (const entry of this.#entries(block)) {
        if (entry.term.startsWith(prefix)) yield entry;
        else if (entry.term > prefix) return;
      }
    }
  }

  /** The last block that begins at or before a term; -1 when the term is before all. */
  #blockOf(term: string): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blocks[middle]?.firstTerm ?? "") <= term) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  *#entries(block: Block): Generator<TermEntry> {
    const reader = new ByteReader(this.#read(block.start, block.end));
    let offset = block.postingsOffset;
    while (!reader.atEnd) {
      const entry = { term: reader.text(), count: reader.varint(), offset, length: reader.varint() };
      offset += entry.length;
      yield entry;
    }
  }
}

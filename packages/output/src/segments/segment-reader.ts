import { closeSync, fstatSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { IndexEntry } from "../entries/index-entry.js";
import { readIndexEntry } from "../entries/read-index-entry.js";
import { openRegularFile } from "../files/regular-file.js";
import { hashOfId } from "../records/id-hash.js";
import { DocumentTable, ROW_BYTES } from "./document-table.js";
import { areSoundPages, PAGE_BYTES } from "./page-sums.js";
import { decodePostings, type Postings } from "./postings.js";
import {
  SEGMENT_MAGIC,
  type Section,
  type SegmentFooter,
  TRAILER_BYTES,
  UNCHECKED_MAGIC,
  UNCHECKED_TRAILER_BYTES,
} from "./segment-format.js";
import { TermDictionary, type TermEntry } from "./term-dictionary.js";

/** Read at once when a segment is opened: more than a footer has, and the newest rows are asked for soon after. */
const TAIL_BYTES = 4096;
const ROWS_AT_ONCE = 64;
/** So much is kept of what was read last. */
const KEPT_BYTES = 1 << 16;

/** Reads a segment. Only what is asked for is read: opening costs one small read at the end of the file. */
export class SegmentReader {
  readonly path: string;
  readonly footer: SegmentFooter;
  readonly sizeBytes: number;
  readonly #descriptor: number;
  #sums: Buffer | undefined;
  /** The pages read last: neighbours are often asked for one after the other. */
  #pages: { offset: number; bytes: Buffer } = { offset: 0, bytes: Buffer.alloc(0) };
  #table: DocumentTable | undefined;
  #dictionary: TermDictionary | undefined;

  /** @throws RangeError when the file is no whole segment, and the file system's errors */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openRegularFile(path);
    try {
      this.sizeBytes = fstatSync(this.#descriptor).size;
      this.footer = this.#readFooter();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  get docs(): number {
    return this.footer.docs;
  }

  /** Whether what is read of it is checked; not in the first format. */
  get isChecked(): boolean {
    return this.footer.pageSums !== undefined;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** All rows; kept once read. */
  table(): DocumentTable {
    this.#table ??= new DocumentTable(this.#readSection(this.footer.table));
    return this.#table;
  }

  /** Some rows around a document: all of them where they were read already, else the few up to it. */
  rowsEndingAt(doc: number): DocumentTable {
    if (this.#table !== undefined) return this.#table;
    const first = Math.max(0, doc + 1 - ROWS_AT_ONCE);
    const bytes = this.#read(this.footer.table.offset + first * ROW_BYTES, (doc + 1 - first) * ROW_BYTES);
    return new DocumentTable(bytes, first);
  }

  /** Reads the entry of a document. @throws RangeError when it cannot be read */
  entry(row: { entryOffset: number; entryLength: number }): IndexEntry {
    const text = this.#read(this.footer.entries.offset + row.entryOffset, row.entryLength).toString("utf8");
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new RangeError(`An entry in ${this.path} cannot be read.`, { cause });
    }
    const entry = readIndexEntry(value);
    if (entry === undefined) throw new RangeError(`An entry in ${this.path} does not belong to a record.`);
    return entry;
  }

  /** The number of documents that were created before a time: the place of the first that was not. */
  docsBefore(timeMs: number): number {
    if (timeMs > this.footer.maxMs) return this.docs;
    if (timeMs <= this.footer.minMs) return 0;
    const table = this.table();
    let low = 0;
    let high = this.docs;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (table.createdMs(middle) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The document of a record whose time is known. */
  docAt(createdMs: number, id: string): number | undefined {
    if (createdMs < this.footer.minMs || createdMs > this.footer.maxMs) return undefined;
    const table = this.table();
    const hash = hashOfId(id);
    for (let doc = this.docsBefore(createdMs); doc < this.docs && table.createdMs(doc) === createdMs; doc++) {
      if (table.idHash(doc) === hash && this.entry(table.row(doc)).id === id) return doc;
    }
    return undefined;
  }

  /** The document of a record by its id alone. */
  docOfId(id: string): number | undefined {
    const table = this.table();
    const hash = hashOfId(id);
    for (let doc = this.docs - 1; doc >= 0; doc--) {
      if (table.idHash(doc) === hash && this.entry(table.row(doc)).id === id) return doc;
    }
    return undefined;
  }

  terms(): TermDictionary {
    const { blocks, blockIndex } = this.footer;
    this.#dictionary ??= new TermDictionary(this.#readSection(blockIndex), blocks.length, (start, end) =>
      this.#read(blocks.offset + start, end - start),
    );
    return this.#dictionary;
  }

  postings(term: TermEntry): Postings {
    return decodePostings(this.postingBytes(term.offset, term.length), term.count);
  }

  /** A part of the postings as they are. */
  postingBytes(offset: number, length: number): Buffer {
    return this.#read(this.footer.postings.offset + offset, length);
  }

  #readFooter(): SegmentFooter {
    const tail = this.#readRaw(Math.max(0, this.sizeBytes - TAIL_BYTES), Math.min(TAIL_BYTES, this.sizeBytes));
    const magic = tail.subarray(-SEGMENT_MAGIC.length);
    const isChecked = magic.equals(SEGMENT_MAGIC);
    const trailerBytes = isChecked ? TRAILER_BYTES : UNCHECKED_TRAILER_BYTES;
    if ((!isChecked && !magic.equals(UNCHECKED_MAGIC)) || tail.length < trailerBytes) throw this.#torn();
    const trailer = tail.subarray(-trailerBytes);
    const length = trailer.readUInt32LE(0);
    const offset = this.sizeBytes - trailerBytes - length;
    if (offset < 0) throw this.#torn();
    const json =
      length + trailerBytes <= tail.length
        ? tail.subarray(tail.length - trailerBytes - length, tail.length - trailerBytes)
        : this.#readRaw(offset, length);
    if (isChecked && crc32(json) !== trailer.readUInt32LE(4)) throw this.#torn();
    const footer = this.#parseFooter(json);
    const last = footer.pageSums ?? footer.blockIndex;
    if (last.offset + last.length !== offset || isChecked !== (footer.pageSums !== undefined)) throw this.#torn();
    if (footer.table.length !== footer.docs * ROW_BYTES) throw this.#torn();
    return footer;
  }

  #parseFooter(json: Buffer): SegmentFooter {
    try {
      return JSON.parse(json.toString("utf8"));
    } catch {
      throw this.#torn();
    }
  }

  /** The sums are read when the first page is. */
  #pageSums({ offset, length }: Section): Buffer {
    if (this.#sums !== undefined) return this.#sums;
    const sums = this.#readRaw(offset, length);
    if (crc32(sums) !== this.footer.pageSumsChecksum) throw this.#torn();
    this.#sums = sums;
    return sums;
  }

  #readSection(section: Section): Buffer {
    return this.#read(section.offset, section.length);
  }

  /** Reads what is asked for by whole pages, each of which is checked. */
  #read(offset: number, length: number): Buffer {
    const { pageSums } = this.footer;
    if (pageSums === undefined) return this.#readRaw(offset, length);
    if (!(offset >= 0 && length >= 0 && offset + length <= pageSums.offset)) throw this.#torn();
    const pages = this.#pages;
    if (offset >= pages.offset && offset + length <= pages.offset + pages.bytes.length) {
      return pages.bytes.subarray(offset - pages.offset, offset - pages.offset + length);
    }
    const first = Math.floor(offset / PAGE_BYTES);
    const start = first * PAGE_BYTES;
    const end = Math.min(Math.ceil((offset + length) / PAGE_BYTES) * PAGE_BYTES, pageSums.offset);
    const bytes = this.#readRaw(start, Math.max(0, end - start));
    if (!areSoundPages(bytes, first, this.#pageSums(pageSums))) throw this.#torn();
    if (bytes.length <= KEPT_BYTES) this.#pages = { offset: start, bytes };
    return bytes.subarray(offset - start, offset - start + length);
  }

  #readRaw(offset: number, length: number): Buffer {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.sizeBytes)) throw this.#torn();
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#descriptor, bytes, done, length - done, offset + done);
      if (count === 0) throw this.#torn();
      done += count;
    }
    return bytes;
  }

  #torn(): RangeError {
    return new RangeError(`${this.path} is an incomplete segment.`);
  }
}

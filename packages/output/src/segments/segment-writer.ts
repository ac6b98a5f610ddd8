import { closeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { IndexEntry } from "../entries/index-entry.js";
import type { FileOperations } from "../files/file-operations.js";
import { hashOfId } from "../records/id-hash.js";
import { ByteWriter } from "./byte-writer.js";
import { NO_SINGLE_MODEL, ROW_BYTES, writeRow } from "./document-table.js";
import { PageSummer } from "./page-sums.js";
import { SEGMENT_MAGIC, type Section, type SegmentFooter, TRAILER_BYTES } from "./segment-format.js";
import { TermDictionaryWriter } from "./term-dictionary.js";

const BUFFER_BYTES = 1 << 20;

/** Writes one segment file front to back: all documents, oldest first, then all terms in ascending order. */
export class SegmentWriter {
  readonly #files: FileOperations;
  readonly #descriptor: number;
  readonly #buffer = new ByteWriter(BUFFER_BYTES);
  readonly #table = new ByteWriter(1 << 14);
  readonly #models = new Map<string, number>();
  readonly #dictionary = new TermDictionaryWriter();
  readonly #summer = new PageSummer();
  #written = 0;
  #closed = false;
  #docs = 0;
  #words = 0;
  #minMs = 0;
  #maxMs = 0;
  #entries: Section = { offset: SEGMENT_MAGIC.length, length: 0 };
  #tableSection: Section = { offset: 0, length: 0 };

  constructor(path: string, files: FileOperations) {
    this.#files = files;
    this.#descriptor = files.openForAppend(path);
    this.#put(SEGMENT_MAGIC);
  }

  /** Adds a document and gives its number. */
  addDocument(entry: IndexEntry, words: number): number {
    const bytes = Buffer.from(JSON.stringify(entry));
    writeRow(
      {
        createdMs: entry.createdMs,
        entryOffset: this.#position - this.#entries.offset,
        entryLength: bytes.length,
        idHash: hashOfId(entry.id),
        words,
        kind: entry.kind,
        success: entry.success,
        tagged: entry.tags.length > 0,
        model: this.#modelNumber(entry),
        sizeBytes: entry.sizeBytes,
      },
      this.#table.claim(ROW_BYTES),
    );
    this.#put(bytes);
    if (this.#docs === 0) this.#minMs = entry.createdMs;
    this.#maxMs = entry.createdMs;
    this.#words += words;
    return this.#docs++;
  }

  /** To be called between the last document and the first term. */
  endDocuments(): void {
    this.#entries.length = this.#position - this.#entries.offset;
    this.#tableSection = this.#putSection(this.#table.view);
  }

  /** Adds a term with its encoded postings. */
  addTerm(term: string, count: number, postings: Uint8Array): void {
    this.#dictionary.add(term, count, postings.length);
    this.#put(postings);
  }

  /** Writes the rest and closes the file; gives its footer and its size. */
  finish(): { footer: SegmentFooter; sizeBytes: number } {
    const postingsOffset = this.#tableSection.offset + this.#tableSection.length;
    const postings = { offset: postingsOffset, length: this.#position - postingsOffset };
    const blocks = this.#putSection(this.#dictionary.blocks.view);
    const blockIndex = this.#putSection(this.#dictionary.index.view);
    this.#flush();
    const sums = this.#summer.finish();
    const footer: SegmentFooter = {
      version: 2,
      docs: this.#docs,
      terms: this.#dictionary.terms,
      words: this.#words,
      minMs: this.#minMs,
      maxMs: this.#maxMs,
      models: [...this.#models.keys()],
      entries: this.#entries,
      table: this.#tableSection,
      postings,
      blocks,
      blockIndex,
      pageSums: this.#putSection(sums),
      pageSumsChecksum: crc32(sums),
    };
    const json = Buffer.from(JSON.stringify(footer));
    this.#put(json);
    const trailer = Buffer.alloc(TRAILER_BYTES);
    trailer.writeUInt32LE(json.length, 0);
    trailer.writeUInt32LE(crc32(json), 4);
    SEGMENT_MAGIC.copy(trailer, 8);
    this.#put(trailer);
    this.#flush();
    this.close();
    return { footer, sizeBytes: this.#written };
  }

  /** Closes the file, whatever is in it; again does nothing. */
  close(): void {
    if (!this.#closed) closeSync(this.#descriptor);
    this.#closed = true;
  }

  get #position(): number {
    return this.#written + this.#buffer.length;
  }

  #modelNumber(entry: IndexEntry): number {
    const { modelName } = entry;
    if (modelName === undefined || entry.models !== undefined) return NO_SINGLE_MODEL;
    const known = this.#models.get(modelName);
    if (known !== undefined) return known;
    const number = this.#models.size;
    if (number >= NO_SINGLE_MODEL) return NO_SINGLE_MODEL;
    this.#models.set(modelName, number);
    return number;
  }

  #putSection(bytes: Uint8Array): Section {
    const section = { offset: this.#position, length: bytes.length };
    this.#put(bytes);
    return section;
  }

  #put(bytes: Uint8Array): void {
    this.#buffer.bytes(bytes);
    if (this.#buffer.length >= BUFFER_BYTES) this.#flush();
  }

  #flush(): void {
    this.#files.append(this.#descriptor, this.#buffer.view);
    this.#summer.add(this.#buffer.view);
    this.#written += this.#buffer.length;
    this.#buffer.clear();
  }
}

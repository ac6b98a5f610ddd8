import type { RecordKind } from "../records/record-kind.js";

/** Bytes of one row. */
export const ROW_BYTES = 32;

/** Rows whose record is about several models, or none: the entry itself has to be asked. */
export const NO_SINGLE_MODEL = 0xffff;

const KIND_CODES: readonly RecordKind[] = ["output", "result", "batch", "benchmark", "comparison", "config"];
const U16_MAX = 0xffff;
const U32_MAX = 0xffff_ffff;

/** What a row of the table says of a document; enough to filter, count and rank without its entry. */
export interface DocumentRow {
  createdMs: number;
  /** Of the entry, from the start of the segment's entries. */
  entryOffset: number;
  entryLength: number;
  /** Of the id, to find it without reading entries. */
  idHash: number;
  /** Words of the document, for the ranking. */
  words: number;
  kind: RecordKind;
  success: boolean;
  tagged: boolean;
  /** Place in the segment's list of models, or {@link NO_SINGLE_MODEL}. */
  model: number;
  sizeBytes: number;
}

/** Writes a row into `ROW_BYTES` bytes. */
export function writeRow(row: DocumentRow, into: Buffer): void {
  into.writeDoubleLE(row.createdMs, 0);
  into.writeUInt32LE(row.entryOffset, 8);
  into.writeUInt32LE(row.entryLength, 12);
  into.writeUInt32LE(row.idHash, 16);
  into.writeUInt16LE(Math.min(row.words, U16_MAX), 20);
  into.writeUInt8(KIND_CODES.indexOf(row.kind), 22);
  into.writeUInt8((row.success ? 1 : 0) | (row.tagged ? 2 : 0), 23);
  into.writeUInt32LE(row.model, 24);
  into.writeUInt32LE(Math.min(row.sizeBytes, U32_MAX), 28);
}

/** The rows of a segment, or of a part of one that begins at document `first`. */
export class DocumentTable {
  readonly #bytes: Buffer;
  readonly first: number;
  readonly count: number;

  constructor(bytes: Buffer, first = 0) {
    this.#bytes = bytes;
    this.first = first;
    this.count = bytes.length / ROW_BYTES;
  }

  createdMs(doc: number): number {
    return this.#bytes.readDoubleLE(this.#at(doc));
  }

  idHash(doc: number): number {
    return this.#bytes.readUInt32LE(this.#at(doc) + 16);
  }

  words(doc: number): number {
    return this.#bytes.readUInt16LE(this.#at(doc) + 20);
  }

  kind(doc: number): RecordKind {
    const kind = KIND_CODES[this.#bytes.readUInt8(this.#at(doc) + 22)];
    if (kind === undefined) throw new RangeError(`Document ${doc} has an unknown kind.`);
    return kind;
  }

  success(doc: number): boolean {
    return (this.#bytes.readUInt8(this.#at(doc) + 23) & 1) !== 0;
  }

  tagged(doc: number): boolean {
    return (this.#bytes.readUInt8(this.#at(doc) + 23) & 2) !== 0;
  }

  model(doc: number): number {
    return this.#bytes.readUInt32LE(this.#at(doc) + 24);
  }

  row(doc: number): DocumentRow {
    const at = this.#at(doc);
    const bytes = this.#bytes;
    return {
      createdMs: this.createdMs(doc),
      entryOffset: bytes.readUInt32LE(at + 8),
      entryLength: bytes.readUInt32LE(at + 12),
      idHash: this.idHash(doc),
      words: this.words(doc),
      kind: this.kind(doc),
      success: this.success(doc),
      tagged: this.tagged(doc),
      model: this.model(doc),
      sizeBytes: bytes.readUInt32LE(at + 28),
    };
  }

  #at(doc: number): number {
    return (doc - this.first) * ROW_BYTES;
  }
}

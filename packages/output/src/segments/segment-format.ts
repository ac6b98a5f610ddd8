/**
 * A segment is one immutable file that holds many records' index entries and an inverted index of their words:
 *
 *     magic · entries (JSON) · document table · postings · term blocks · block index · footer (JSON) · trailer
 *
 * Documents are sorted by time, oldest first, so that the newest entries are at the end of the table. Everything is
 * found from the footer, and the trailer says how long that is.
 */
export const SEGMENT_MAGIC: Buffer = Buffer.from("CODOSEG1");

/** Trailer: the footer's length (4 bytes, little-endian), then the magic again. */
export const TRAILER_BYTES = 12;

/** Terms in a block of the dictionary: what a lookup reads and scans. */
export const TERMS_PER_BLOCK = 64;

/** Where a part of a segment lies. */
export interface Section {
  offset: number;
  length: number;
}

/** The footer of a segment. */
export interface SegmentFooter {
  version: 1;
  docs: number;
  terms: number;
  /** Words of all documents together, for the mean length in the ranking. */
  words: number;
  minMs: number;
  maxMs: number;
  /** Model names; documents name them by their place here. */
  models: string[];
  entries: Section;
  table: Section;
  postings: Section;
  blocks: Section;
  blockIndex: Section;
}

/**
 * A segment is one immutable file that holds many records' index entries and an inverted index of their words:
 *
 *     magic · entries (JSON) · document table · postings · term blocks · block index · page sums · footer
 *     (JSON) · trailer
 *
 * Documents are sorted by time, oldest first, so that the newest entries are at the end of the table. Everything is
 * found from the footer, and the trailer says how long that is.
 */
export const SEGMENT_MAGIC: Buffer = Buffer.from("CODOSEG2");

/** Of the first format, which had no checksums: no page sums, and a trailer without that of the footer. */
export const UNCHECKED_MAGIC: Buffer = Buffer.from("CODOSEG1");

/** Trailer: the footer's length and CRC-32 (4 bytes each, little-endian), then the magic again. */
export const TRAILER_BYTES = 16;
/** Trailer of the first format. */
export const UNCHECKED_TRAILER_BYTES = 12;

/** Terms in a block of the dictionary: what a lookup reads and scans. */
export const TERMS_PER_BLOCK = 64;

/** Where a part of a segment lies. */
export interface Section {
  offset: number;
  length: number;
}

/** The footer of a segment. */
export interface SegmentFooter {
  version: 1 | 2;
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
  /** A CRC-32 for each page of what stands before; absent in the first format. */
  pageSums?: Section;
  /** CRC-32 of the page sums. */
  pageSumsChecksum?: number;
}

import { type EntryFilter, matchesFilter } from "../entries/entry-filter.js";
import type { IndexEntry } from "../entries/index-entry.js";
import type { TagChanges } from "../records/tag-changes.js";
import type { DeletedDocuments } from "../segments/deleted-documents.js";
import type { DocumentRow } from "../segments/document-table.js";
import { addPostings, MAX_FREQUENCY, type Postings, postingsOfSums } from "../segments/postings.js";
import { rowMatcher } from "../segments/row-filter.js";
import type { SegmentReader } from "../segments/segment-reader.js";
import type { SearchText } from "../text/search-text.js";
import { forEachTerm } from "../text/tokenize.js";
import type { SearchTerm } from "./search-query.js";

/** Documents that can be searched: those of a segment, or those that are only in logs. */
export interface SearchSource {
  docs: number;
  /** Words of all documents. */
  words: number;
  /** The documents that meet a term. */
  postings(term: SearchTerm): Postings;
  wordsOf(doc: number): number;
  createdMs(doc: number): number;
  /** Whether a document passes the filter and is not gone. */
  accepts(doc: number): boolean;
  entry(doc: number): IndexEntry;
}

const NOTHING: Postings = { docs: new Uint32Array(), frequencies: new Uint8Array() };

/** A segment to search in. */
export function segmentSource(
  reader: SegmentReader,
  gone: DeletedDocuments,
  { filter, tags }: { filter: EntryFilter; tags: TagChanges },
): SearchSource {
  const table = reader.table();
  const matches = rowMatcher(filter, reader.footer.models, tags);
  const entry = (row: DocumentRow): IndexEntry => tags.applyTo(reader.entry(row));
  return {
    docs: reader.docs,
    words: reader.footer.words,
    wordsOf: (doc) => table.words(doc),
    createdMs: (doc) => table.createdMs(doc),
    entry: (doc) => entry(table.row(doc)),
    accepts: (doc) => {
      if (gone.has(doc)) return false;
      const answer = matches(table, doc);
      return answer === "ask" ? matchesFilter(entry(table.row(doc)), filter) : answer === "yes";
    },
    postings: ({ text, prefix }) => {
      if (prefix) return postingsOfPrefix(reader, text);
      const found = reader.terms().find(text);
      return found === undefined ? NOTHING : reader.postings(found);
    },
  };
}

/** A record that no segment holds, with its words counted. */
export interface CountedRecord {
  entry: IndexEntry;
  words: number;
  counts: ReadonlyMap<string, number>;
}

/** Counts the words of a record. */
export function countRecord(entry: IndexEntry, text: SearchText): CountedRecord {
  const counts = new Map<string, number>();
  let words = 0;
  for (const part of text) {
    forEachTerm(part, (term) => {
      words++;
      counts.set(term, (counts.get(term) ?? 0) + 1);
    });
  }
  return { entry, words, counts };
}

/** Counted records to search in. */
export function recordSource(records: readonly CountedRecord[], filter: EntryFilter): SearchSource {
  const at = (doc: number): CountedRecord => {
    const record = records[doc];
    if (record === undefined) throw new RangeError(`There is no document ${doc}.`);
    return record;
  };
  return {
    docs: records.length,
    words: records.reduce((sum, record) => sum + record.words, 0),
    wordsOf: (doc) => at(doc).words,
    createdMs: (doc) => at(doc).entry.createdMs,
    entry: (doc) => at(doc).entry,
    accepts: (doc) => matchesFilter(at(doc).entry, filter),
    postings: (term) => {
      const found = records.flatMap((record, doc) => {
        const frequency = frequencyIn(record.counts, term);
        return frequency > 0 ? [[doc, Math.min(frequency, MAX_FREQUENCY)] as const] : [];
      });
      return {
        docs: Uint32Array.from(found, ([doc]) => doc),
        frequencies: Uint8Array.from(found, ([, frequency]) => frequency),
      };
    },
  };
}

function frequencyIn(counts: ReadonlyMap<string, number>, { text, prefix }: SearchTerm): number {
  if (!prefix) return counts.get(text) ?? 0;
  let sum = 0;
  for (const [term, count] of counts) if (term.startsWith(text)) sum += count;
  return sum;
}

/** The documents with a word that begins so. A sum for each document is quicker than a map where many have one. */
function postingsOfPrefix(reader: SegmentReader, prefix: string): Postings {
  const terms = [...reader.terms().startingWith(prefix)];
  const [first, last] = [terms[0], terms.at(-1)];
  if (first === undefined || last === undefined) return NOTHING;
  if (first === last) return reader.postings(first);
  // The postings of neighbouring terms are neighbours too: they are read at once.
  const bytes = reader.postingBytes(first.offset, last.offset + last.length - first.offset);
  const sums = new Uint8Array(reader.docs);
  for (const { offset, length, count } of terms) {
    const start = offset - first.offset;
    addPostings(bytes.subarray(start, start + length), count, sums);
  }
  return postingsOfSums(sums);
}

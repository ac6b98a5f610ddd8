import { compileFilter, type OutputFilter } from "../entries/entry-filter.js";
import type { IndexEntry } from "../entries/index-entry.js";
import { readSoundRecord } from "../entries/read-record.js";
import type { LiveIndex } from "../index/live-index.js";
import { checkLimit } from "../listing/list-outputs.js";
import { type OutputEntry, toOutputEntry } from "../listing/output-entry.js";
import type { Pins } from "../records/pins.js";
import type { StoredRecord } from "../records/stored-record.js";
import { searchTextOf } from "../text/search-text.js";
import { termsOf } from "../text/tokenize.js";
import { type Highlight, highlightsOf } from "./highlight.js";
import { type RankedDocument, rankDocuments } from "./rank.js";
import { hasPhrase, parseSearchQuery, type SearchQuery } from "./search-query.js";
import { type CountedRecord, countRecord, recordSource, segmentSource } from "./search-source.js";

/** Which records to search, and how many to give. */
export interface SearchOptions extends OutputFilter {
  /** Most items, at least 1. @defaultValue 20 */
  limit?: number;
  /** How many of the best to pass over. @defaultValue 0 */
  offset?: number;
}

/** A record that was found. */
export interface FoundOutput extends OutputEntry {
  /** BM25: larger is better, to be compared within one search only. */
  score: number;
  highlights: Highlight[];
}

/** What a search found. */
export interface SearchPage {
  /** Best first; of equally good ones the newest. */
  items: FoundOutput[];
  /** How many records meet the query. */
  total: number;
}

/** Some records may have gone since they were indexed; so many more candidates are held ready for them. */
const SPARE_CANDIDATES = 50;

/** Searches prompts and responses, ranked by BM25. */
export class OutputSearch {
  readonly #index: LiveIndex;
  readonly #pins: Pins;
  readonly #base: string;
  /** Words of the records that no segment holds, so that a second search need not read them again. */
  #counted = new Map<string, CountedRecord>();

  constructor(index: LiveIndex, pins: Pins, base: string) {
    this.#index = index;
    this.#pins = pins;
    this.#base = base;
  }

  /** @throws INVALID_REQUEST for a query without words, or invalid options */
  search(text: string, options: SearchOptions): SearchPage {
    const query = parseSearchQuery(text);
    const limit = checkLimit(options.limit ?? 20);
    const offset = options.offset === undefined || options.offset === 0 ? 0 : checkLimit(options.offset);
    const filter = compileFilter(options);
    const gone = this.#index.goneDocuments();
    const sources = this.#index.segments.flatMap(({ reader }, i) => {
      const goneHere = gone[i];
      return goneHere === undefined ? [] : [segmentSource(reader, goneHere, { filter, tags: this.#index.tags })];
    });
    sources.push(recordSource(this.#countUnmerged(), filter));
    const withPhrases = query.phrases.length > 0;
    const keep = withPhrases ? Number.MAX_SAFE_INTEGER : offset + limit + SPARE_CANDIDATES;
    const { best, total } = rankDocuments(sources, query.terms, keep);
    const { found, missed } = this.#confirm(best, query, withPhrases ? best.length : offset + limit);
    return {
      items: found.slice(offset, offset + limit).map((item) => this.#present(item, query)),
      total: total - missed,
    };
  }

  #countUnmerged(): CountedRecord[] {
    const counted = new Map<string, CountedRecord>();
    for (const entry of this.#index.unmergedEntries()) {
      const record = this.#counted.get(entry.path) ?? this.#count(entry);
      // Its tags may have changed since its words were counted.
      if (record !== undefined) counted.set(entry.path, { ...record, entry });
    }
    this.#counted = counted;
    return [...counted.values()];
  }

  #count(entry: IndexEntry): CountedRecord | undefined {
    const record = readSoundRecord(this.#base, entry.path);
    return record === undefined ? undefined : countRecord(entry, searchTextOf(record));
  }

  /** Takes candidates in order until there are enough: each is opened, and may turn out to be gone or to lack a phrase. */
  #confirm(
    candidates: readonly RankedDocument[],
    query: SearchQuery,
    enough: number,
  ): { found: { ranked: RankedDocument; entry: IndexEntry; record: StoredRecord }[]; missed: number } {
    const found = [];
    let missed = 0;
    for (const ranked of candidates) {
      if (found.length === enough) break;
      const entry = ranked.source.entry(ranked.doc);
      const record = readSoundRecord(this.#base, entry.path);
      if (record !== undefined && meetsPhrases(record, query)) found.push({ ranked, entry, record });
      else missed++;
    }
    return { found, missed };
  }

  #present(
    { ranked, entry, record }: { ranked: RankedDocument; entry: IndexEntry; record: StoredRecord },
    query: SearchQuery,
  ): FoundOutput {
    return {
      ...toOutputEntry(entry, this.#base, this.#pins.has(entry.id)),
      score: ranked.score,
      highlights: highlightsOf(record, query),
    };
  }
}

function meetsPhrases(record: StoredRecord, query: SearchQuery): boolean {
  if (query.phrases.length === 0) return true;
  const texts = searchTextOf(record).map(termsOf);
  return query.phrases.every((phrase) => texts.some((words) => hasPhrase(words, phrase)));
}

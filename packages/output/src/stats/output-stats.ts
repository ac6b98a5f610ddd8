import { entryModels } from "../entries/entry-filter.js";
import type { IndexEntry } from "../entries/index-entry.js";
import type { LiveIndex } from "../index/live-index.js";
import type { RecordKind } from "../records/record-kind.js";
import { NO_SINGLE_MODEL } from "../segments/document-table.js";

/** How many records, and how large they are together. */
export interface OutputCount {
  count: number;
  bytes: number;
}

/** What is saved, in numbers. Configuration snapshots count too. */
export interface OutputStats extends OutputCount {
  byKind: Partial<Record<RecordKind, OutputCount>>;
  /** A record about several models counts for each of them. */
  byModel: Record<string, OutputCount>;
  /** By the day of creation in UTC, `yyyy-mm-dd`. */
  byDay: Record<string, OutputCount>;
  succeeded: number;
  failed: number;
  pinned: number;
  /** ISO 8601; absent when nothing is saved. */
  oldest?: string;
  /** ISO 8601; absent when nothing is saved. */
  newest?: string;
}

type Counted = Pick<IndexEntry, "createdMs" | "kind" | "success" | "sizeBytes">;

/** Counts what is saved, from the index alone. */
export function countOutputs(index: LiveIndex, pins: ReadonlySet<string>): OutputStats {
  const counter = new OutputCounter();
  const gone = index.goneDocuments();
  index.segments.forEach(({ reader }, i) => {
    const table = reader.table();
    const { models } = reader.footer;
    for (let doc = 0; doc < reader.docs; doc++) {
      if (gone[i]?.has(doc) === true) continue;
      const row = table.row(doc);
      const model = models[row.model];
      const named = row.model === NO_SINGLE_MODEL || model === undefined ? entryModels(reader.entry(row)) : [model];
      counter.add(row, named);
    }
  });
  for (const entry of index.unmergedEntries()) counter.add(entry, entryModels(entry));
  return counter.stats(pins.size);
}

class OutputCounter {
  readonly #kinds = new Map<RecordKind, OutputCount>();
  readonly #models = new Map<string, OutputCount>();
  readonly #days = new Map<number, OutputCount>();
  readonly #all: OutputCount = { count: 0, bytes: 0 };
  #succeeded = 0;
  #oldestMs = Infinity;
  #newestMs = -Infinity;

  add({ createdMs, kind, success, sizeBytes }: Counted, models: readonly string[]): void {
    addTo(this.#all, sizeBytes);
    addTo(countOf(this.#kinds, kind), sizeBytes);
    addTo(countOf(this.#days, Math.floor(createdMs / DAY_MS)), sizeBytes);
    for (const model of models) addTo(countOf(this.#models, model), sizeBytes);
    if (success) this.#succeeded++;
    this.#oldestMs = Math.min(this.#oldestMs, createdMs);
    this.#newestMs = Math.max(this.#newestMs, createdMs);
  }

  stats(pinned: number): OutputStats {
    const days = [...this.#days].sort(([a], [b]) => a - b);
    const some = this.#all.count > 0;
    return {
      ...this.#all,
      byKind: Object.fromEntries(this.#kinds),
      byModel: Object.fromEntries(this.#models),
      byDay: Object.fromEntries(days.map(([day, count]) => [new Date(day * DAY_MS).toISOString().slice(0, 10), count])),
      succeeded: this.#succeeded,
      failed: this.#all.count - this.#succeeded,
      pinned,
      ...(some ? { oldest: new Date(this.#oldestMs).toISOString() } : {}),
      ...(some ? { newest: new Date(this.#newestMs).toISOString() } : {}),
    };
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

function countOf<K>(counts: Map<K, OutputCount>, key: K): OutputCount {
  const known = counts.get(key) ?? { count: 0, bytes: 0 };
  counts.set(key, known);
  return known;
}

function addTo(count: OutputCount, bytes: number): void {
  count.count++;
  count.bytes += bytes;
}

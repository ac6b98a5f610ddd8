import type { JournalLine } from "@codo/ollama-runner/batch-kit";
import { itemOf, type JournalItem } from "./journal-item.js";

/** Items that failed for one reason. */
export interface JournalFailure {
  reason: string;
  count: number;
  /** The first of them. */
  items: JournalItem[];
}

/** How far a batch is, by its journal. */
export interface JournalCounts {
  model: string;
  finished: number;
  failed: number;
  /** Items of the batch, where the journal says it. */
  total?: number;
  /** Items a minute, over the last ones. */
  perMinute?: number;
  /** Until the last item, at that rate. */
  etaSeconds?: number;
  /** When the last item finished, ISO 8601. */
  finishedAt?: string;
}

const MOST_FAILED = 50;
const RECENT = 200;
/** A longer silence is one between two runs of the batch, unless an item takes as long. */
const PAUSE_MS = 60_000;

/** Counts the lines of a journal as they come. An item that was run again counts by its last line. */
export class JournalTally {
  readonly #outcomes = new Map<string, boolean>();
  readonly #failed = new Map<string, JournalItem>();
  readonly #recentMs: number[] = [];
  #model = "";
  #total: number | undefined;

  take(line: JournalLine): void {
    const { key, model, total, finishedAt, result } = line;
    this.#model = model;
    this.#total = total ?? this.#total;
    this.#outcomes.set(key, result.success);
    if (result.success) this.#failed.delete(key);
    else this.#failed.set(key, itemOf(line));
    const atMs = Date.parse(finishedAt);
    const before = this.#recentMs.at(-1) ?? atMs;
    if (atMs - before > PAUSE_MS + 2000 * result.executionTime) this.#recentMs.length = 0;
    this.#recentMs.push(atMs);
    if (this.#recentMs.length > 2 * RECENT) this.#recentMs.splice(0, RECENT);
  }

  counts(): JournalCounts {
    const finished = this.#outcomes.size;
    const recent = this.#recentMs.slice(-RECENT);
    const [first, last] = [recent[0], recent.at(-1)];
    const minutes = first === undefined || last === undefined ? 0 : (last - first) / 60_000;
    const perMinute = minutes > 0 ? (recent.length - 1) / minutes : undefined;
    // A journal that another input was written into as well holds more than any of the two.
    const total = this.#total !== undefined && this.#total >= finished ? this.#total : undefined;
    const left = (total ?? finished) - finished;
    return {
      model: this.#model,
      finished,
      failed: this.#failed.size,
      ...(total === undefined ? {} : { total }),
      ...(perMinute === undefined ? {} : { perMinute }),
      ...(perMinute === undefined || left === 0 ? {} : { etaSeconds: (left / perMinute) * 60 }),
      ...(last === undefined ? {} : { finishedAt: new Date(last).toISOString() }),
    };
  }

  /** The failures by reason, the most frequent first. */
  failures(): JournalFailure[] {
    const groups = new Map<string, JournalFailure>();
    for (const item of this.#failed.values()) {
      const reason = item.error ?? "unknown";
      const group = groups.get(reason) ?? { reason, count: 0, items: [] };
      group.count += 1;
      if (group.items.length < MOST_FAILED) group.items.push(item);
      groups.set(reason, group);
    }
    return [...groups.values()].sort((a, b) => b.count - a.count);
  }
}

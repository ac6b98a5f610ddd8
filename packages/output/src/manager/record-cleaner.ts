import { makePause } from "../files/pause.js";
import type { Pins } from "../records/pins.js";
import { findExpired, type RetentionSummary, summarizeRetention } from "../retention/apply-retention.js";
import type { RecordRemover, RemovableRecord } from "../retention/remove-records.js";
import type { RetentionPolicy } from "../retention/retention-policy.js";
import type { IndexKeeper } from "./index-keeper.js";

/** What a cleaner works on. */
export interface RecordCleanerInit {
  /** The store's folder. */
  base: string;
  keeper: IndexKeeper;
  remover: RecordRemover;
  pins: Pins;
}

/** Removes records, with their pins, their changed tags and their place in the index. */
export class RecordCleaner {
  readonly #base: string;
  readonly #keeper: IndexKeeper;
  readonly #remover: RecordRemover;
  readonly #pins: Pins;

  constructor({ base, keeper, remover, pins }: RecordCleanerInit) {
    this.#base = base;
    this.#keeper = keeper;
    this.#remover = remover;
    this.#pins = pins;
  }

  /** Removes one record, also a pinned one; `false` when another process was first. */
  async remove(found: RemovableRecord): Promise<boolean> {
    this.#keeper.beforeSave();
    const removed = await this.#remover.remove([found], makePause());
    this.#pins.remove(found.id);
    this.#keeper.index.tags.forget([found.id]);
    this.#keeper.afterChange();
    return removed.length > 0;
  }

  /** Removes what a policy does not keep, or with `isDryRun` only lists it. */
  async apply(
    policy: RetentionPolicy,
    { isDryRun, nowMs }: { isDryRun: boolean; nowMs: number },
  ): Promise<RetentionSummary> {
    const base = this.#base;
    const pinned = this.#pins.all();
    const expired = await this.#keeper.ask((index) => findExpired(index, base, { policy, pinned, nowMs }));
    if (isDryRun) return summarizeRetention(expired, base, true);
    // Again, for pins that came meanwhile.
    const unpinned = expired.filter(({ entry }) => !this.#pins.has(entry.id)).map(({ entry }) => entry);
    const removed = new Set(await this.#remover.remove(unpinned, makePause()));
    this.#keeper.index.tags.forget([...removed].map(({ id }) => id));
    if (removed.size > 0) await this.#keeper.maintain();
    return summarizeRetention(
      expired.filter(({ entry }) => removed.has(entry)),
      base,
      false,
    );
  }
}

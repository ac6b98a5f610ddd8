import { createHash } from "node:crypto";
import { OllamaError } from "@codo/ollama-contract";
import { shortModelName } from "../connection/queue-names.js";
import type { BatchRecord } from "../fleet/batch-record.js";
import type { Fleet } from "../fleet/fleet.js";
import type { RunJob } from "../jobs/job-data.js";
import type { SubmitOptions } from "./submit-options.js";

/** So many items are kept for the case that the queue's server loses what it was given last: some seconds' worth. */
const KEPT = 5_000;

/** An item on its way into the queue. */
export interface QueuedItem {
  index: number;
  jobId: string;
  data: RunJob;
}

/**
 * How far a batch is in its queue, as the queue itself keeps it. The record is written after the jobs that it counts,
 * so that what it says is there was there: who submits the batch again goes on behind it, and a server that came back
 * with an older record has lost what came after that.
 */
export class BatchProgress {
  readonly #fleet: Fleet;
  readonly #batch: { id: string; options: SubmitOptions; fingerprint: Record<string, unknown> };
  #before: BatchRecord | undefined;
  #createdAtMs = Date.now();
  #cursor = 0;
  #digest = createHash("sha256");
  #submitted = 0;
  #kept: QueuedItem[] = [];

  constructor(fleet: Fleet, batch: { id: string; options: SubmitOptions; fingerprint: Record<string, unknown> }) {
    this.#fleet = fleet;
    this.#batch = batch;
  }

  /**
   * Looks for what an earlier submitter has done, and notes the batch where there was none.
   * @throws OllamaError `INVALID_REQUEST` where the model was made anew since
   */
  async open(): Promise<void> {
    await this.#fleet.addModel(this.#batch.options.model);
    this.#before = await this.#fleet.batches.get(this.#batch.id);
    if (this.#before === undefined) await this.#write(false);
    else {
      this.#assertSameModel(this.#before);
      this.#createdAtMs = this.#before.createdAtMs;
    }
  }

  #assertSameModel({ id, modelDigest: before }: BatchRecord): void {
    const { model, modelDigest: now, onJournalMismatch } = this.#batch.options;
    if (before === undefined || now === undefined || before === now || onJournalMismatch === "continue") return;
    const what = `The model "${model}" has changed since the batch "${id}" was submitted: its answers are those of the earlier one.`;
    throw new OllamaError("INVALID_REQUEST", what, {
      advice: 'Remove the batch from the queue, or pass onJournalMismatch: "continue" to continue it.',
      details: { batch: id, queue: true },
    });
  }

  /**
   * Whether an item has yet to be given to the queue.
   * @throws OllamaError `INVALID_REQUEST` where the batch of this id had other items
   */
  isNew(index: number, jobId: string): boolean {
    this.#digest.update(jobId);
    this.#cursor = index + 1;
    const before = this.#before;
    if (before === undefined || index >= before.cursor) return true;
    if (index === before.cursor - 1 && this.#digest.copy().digest("hex") !== before.digest) {
      const { id } = this.#batch;
      throw new OllamaError("INVALID_REQUEST", `The batch "${id}" of the queue has other items.`, {
        advice: "Give this one another id.",
        details: { batch: id, queue: true },
      });
    }
    return false;
  }

  /**
   * Items that were sent, and that the queue's server has lost since.
   * @throws OllamaError `CONNECTION_LOST` where it has lost more than can be given again
   */
  async lost(): Promise<QueuedItem[]> {
    const record = await this.#fleet.batches.get(this.#batch.id);
    const [oldest] = this.#kept;
    if (record !== undefined && (oldest === undefined || record.cursor >= oldest.index)) {
      return this.#kept.filter(({ index }) => index >= record.cursor);
    }
    throw new OllamaError("CONNECTION_LOST", "The queue's server has lost the batch that was being submitted.", {
      advice: "Submit it again: what is done is not run twice.",
      details: { batch: this.#batch.id, queue: true },
    });
  }

  /** Notes items that the queue has now. */
  async sent(items: readonly QueuedItem[], submitted: number): Promise<void> {
    this.#submitted = submitted;
    this.#kept = [...this.#kept, ...items].slice(-KEPT);
    await this.#write(false);
  }

  /** Notes that the queue has the whole batch. */
  async close(submitted: number): Promise<void> {
    this.#submitted = submitted;
    await this.#write(true);
  }

  async #write(isComplete: boolean): Promise<void> {
    const { id, options, fingerprint } = this.#batch;
    const { model, source, modelDigest = this.#before?.modelDigest } = options;
    await this.#fleet.batches.put(id, {
      schemaVersion: 1,
      id,
      model: shortModelName(model),
      ...(modelDigest !== undefined && { modelDigest }),
      options: fingerprint,
      ...(source !== undefined && { source }),
      createdAtMs: this.#createdAtMs,
      submitted: this.#submitted,
      cursor: this.#cursor,
      digest: this.#digest.copy().digest("hex"),
      isComplete,
    });
  }
}

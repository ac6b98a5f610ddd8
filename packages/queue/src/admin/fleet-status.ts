import type { BatchRecord } from "../fleet/batch-record.js";
import type { WorkerRecord } from "../fleet/worker-record.js";

/** One model's queue. */
export interface ModelStatus {
  model: string;
  /** Prompts that no worker has taken, those included that wait to be tried again. */
  waiting: number;
  active: number;
  /** Prompts that were answered since the queue began. */
  completed: number;
  /** Prompts that were given up, and stand in the list of those. */
  failed: number;
  /** Results that nobody has collected. */
  uncollected: number;
  isPaused: boolean;
  /** Workers that take prompts for it. */
  workers: number;
  /** Prompts per second of all its workers over the last minute. */
  promptsPerSecond: number;
  /** Seconds until all that waits is done, at that rate; absent where nothing says so. */
  etaSeconds?: number;
}

/** A fleet at a moment. */
export interface FleetStatus {
  models: ModelStatus[];
  workers: WorkerRecord[];
  batches: BatchRecord[];
}

/** A prompt that was given up. */
export interface FailedItem {
  jobId: string;
  model: string;
  batch?: string;
  /** What the item is known by in a journal. */
  key?: string;
  code: string;
  reason: string;
  host?: string;
  /** Milliseconds since 1970. */
  failedAtMs: number;
}

/** Which prompts to take: all of a model, of a batch, or single ones. */
export interface ItemFilter {
  model?: string;
  batch?: string;
  jobIds?: readonly string[];
}

import type { ModelExecutionResult } from "@codo/ollama-contract";
import type { QueueConnection } from "../connection/queue-connection.js";

/** Which results are collected, and how. */
export interface CollectOptions extends QueueConnection {
  /** The batch's id, as `submitBatch` gave it. */
  id: string;
  /** Waits until the whole batch is done; otherwise takes what is there. @defaultValue true */
  wait?: boolean;
  /** Leaves the results in the queue, for others to collect too, until they expire. @defaultValue false */
  keep?: boolean;
  /** Ends the collecting; what was not taken stays. */
  signal?: AbortSignal;
}

/** One result of a batch. */
export interface CollectedResult {
  /** What the item is known by in a journal. */
  key: string;
  /** Its place in the batch, from 0. */
  index: number;
  /** The item's own id, where it has one. */
  id?: string;
  result: ModelExecutionResult;
}

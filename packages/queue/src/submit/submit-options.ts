import type { PartialExecutionOptions } from "@codo/ollama-contract";
import type { BatchInput, RunCall } from "@codo/ollama-runner";
import type { QueueConnection } from "../connection/queue-connection.js";

/** A batch to give to a queue. */
export interface SubmitOptions extends QueueConnection {
  model: string;
  /** Prompts or items, as `runBatch` takes them; an async iterable is read as the queue has room. */
  inputs: Iterable<BatchInput> | AsyncIterable<BatchInput>;
  /** Options of all items. */
  options?: PartialExecutionOptions;
  /** What else all requests have: system prompt, `think`, timeouts. */
  call?: Omit<RunCall, "signal" | "headers">;
  /**
   * The batch's id; the same items under the same id are the same jobs, however often they are submitted.
   * @defaultValue made of the items of an array, random for what can be read once only
   */
  id?: string;
  /** What the items were read from, for people. */
  source?: string;
  /** A journal of the batch: what stands in it is not submitted. */
  journal?: string;
  /**
   * The digest of the model, where it is known: neither a journal nor a batch in the queue is continued that was made
   * with another one under the same name.
   */
  modelDigest?: string;
  /** What to do with a journal of another model or other options, or a batch of another model. @defaultValue "refuse" */
  onJournalMismatch?: "refuse" | "continue";
  /** Submits items again whose result in the journal is a failure. @defaultValue false */
  retryErrors?: boolean;
  /**
   * Most jobs in the model's queue, results included that nobody has collected: where there are more, submitting waits.
   * @defaultValue 10 000
   */
  highWater?: number;
  /** Attempts at an item that fails in a way that may pass, before it is given up. @defaultValue 5 */
  attempts?: number;
  /** Ends the submitting; what was submitted stays. */
  signal?: AbortSignal;
  /** Called after each part with how many items are in the queue. */
  onProgress?: (submitted: number) => void;
  /** Called when submitting has to wait because the queue is full. */
  onFull?: (jobs: number) => void;
}

/** A batch that a queue has. */
export interface SubmittedBatch {
  id: string;
  /** Items that the queue has now, those included that it had before. */
  submitted: number;
  /** Items that stand in the journal. */
  restored: number;
  /** Items that nobody could run, by their place in the input, with the reason. */
  refused: { index: number; reason: string }[];
}

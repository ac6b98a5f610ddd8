import type {
  ChatMessage,
  ExecutionRequest,
  ModelExecutionResult,
  OutputFormat,
  PartialExecutionOptions,
} from "@codo/ollama-contract";
import type { RunCall } from "../execution/run-call.js";

/**
 * One thing to run in a batch, as a line of a JSONL file has it. Wire names (`keep_alive`), OpenAI's `custom_id` and
 * `max_tokens`, and run options beside the prompt (`temperature`) are followed too; any other field is named in
 * `metadata.warnings` of the item's result.
 */
export interface BatchItem
  extends Pick<
    ExecutionRequest,
    "think" | "tools" | "keepAlive" | "suffix" | "template" | "raw" | "logprobs" | "topLogprobs" | "truncate" | "shift"
  > {
  /** The item's own model, in place of the batch's. */
  model?: string;
  /** Names the item in its result and in the journal; unique within a batch that has a journal. */
  id?: string | number;
  prompt?: string;
  /** A chat in place of a prompt. */
  messages?: ChatMessage[];
  system?: string;
  /** Over the batch's options. */
  options?: PartialExecutionOptions;
  format?: OutputFormat;
  images?: (string | Uint8Array)[];
}

/** A prompt, or an item with more to it. */
export type BatchInput = string | BatchItem;

/** Which item a result belongs to. */
export interface BatchItemInfo {
  /** Position in the input, from 0. */
  index: number;
  id?: string;
  /** Whether the result was read from the journal, and not run now. */
  restored: boolean;
  /** How far the batch is, this item included. */
  finished: number;
}

/** How a batch runs, beside what every run takes. */
export interface BatchOptions extends RunCall {
  /**
   * Most prompts at the server at once, never exceeded. `"auto"` finds the least that keeps the server busy and backs
   * off when it answers 503.
   * @defaultValue "auto"
   */
  concurrency?: number | "auto";
  /**
   * Called for each result as it finishes; a promise is awaited and holds the batch back. Results that come from the
   * journal are passed on too, with `restored: true`. What it throws ends the batch.
   */
  onResult?: (result: ModelExecutionResult, item: BatchItemInfo) => unknown;
  /**
   * Called before each wait for a server that is too busy, in milliseconds: as long as its `Retry-After` says, else longer
   * each time. A server that takes nothing for `timeouts.totalMs`, ten minutes without one, is given up: what is left
   * fails with `SERVER_BUSY`, and is tried by the next run with the same journal.
   */
  onWait?: (delayMs: number) => void;
  /** Path of the journal: a JSONL file, one line per finished item. The next call goes on where this one ended. */
  journal?: string;
  /**
   * How many items there are, for those who watch the journal. @defaultValue the length of an array; unknown of an iterable
   */
  total?: number;
  /** Runs items again whose result in the journal is a failure. @defaultValue false */
  retryErrors?: boolean;
  /**
   * The digest of the model, as `/api/tags` lists it. A journal that was made with another content under the same name is
   * one of another model: its answers are not what this model says.
   */
  modelDigest?: string;
  /** The digests of further models by their names, for items that name their own model: as `modelDigest`, for each. */
  modelDigests?: Readonly<Record<string, string>>;
  /** What to do with a journal of another model or other options. @defaultValue "refuse" */
  onJournalMismatch?: "refuse" | "continue";
}

/** How the failures of a journal are run again. */
export type RetryOptions = Pick<
  BatchOptions,
  "concurrency" | "onResult" | "onWait" | "keepAlive" | "timeouts" | "headers" | "signal"
>;

/** What became of the failures of a journal. */
export interface RetrySummary extends BatchSummary {
  /** Failures whose request is not in the journal: only the batch's input can run them again. */
  notRetried: number;
}

/** What became of a batch. */
export interface BatchSummary {
  total: number;
  succeeded: number;
  failed: number;
  /** Of the total: how many came from the journal. */
  restored: number;
  /** Wall time in seconds. */
  executionTime: number;
  /** Prompt and completion tokens of the items that ran now. */
  tokensUsed: number;
  concurrency: {
    /** Most prompts that were at the server at once. */
    peak: number;
    /** What `"auto"` ended with, or what was asked for. */
    final: number;
  };
  journal?: string;
}

import type { PartialExecutionOptions } from "../options/execution-options.js";
import type { ModelExecutionResult } from "./execution-result.js";
import type { ChatMessage, ToolCall, ToolDefinition } from "./tool-call.js";

/**
 * How long to wait for what, in milliseconds each; 0 or absent is without a limit.
 *
 * What is no HTTP is an error at its first wrong byte. Informational statuses (100, 102, 103) are no answer: the limits
 * count on until there is one. A server that began to answer, by such a status or by a part of a head, and stops there
 * is given up by `firstTokenMs` or `totalMs`; where neither is set, once nothing came for `connectMs`, which takes at
 * most twice as long. Over `fetch` neither can be seen: without `firstTokenMs` or `totalMs` only the platform's own
 * limit ends such a call (300 s in Node).
 */
export interface Timeouts {
  /** Until the connection stands; and between two pieces of an answer's head, see {@link Timeouts}. @defaultValue 10 000 */
  connectMs?: number;
  /** From the request to the first byte of the answer's body. */
  firstTokenMs?: number;
  /** Between two pieces of an answer. */
  idleMs?: number;
  /** The whole call. */
  totalMs?: number;
}

/** What every call takes beside its request. */
export interface CallOptions {
  /** Ends the call, at any moment. */
  signal?: AbortSignal;
  timeouts?: Timeouts;
  headers?: Record<string, string>;
}

/** One thing to execute: either a `prompt` (generate) or `messages` (chat). */
export interface ExecutionRequest extends CallOptions {
  model: string;
  prompt?: string;
  messages?: ChatMessage[];
  system?: string;
  /** Only what is set is sent. */
  options?: PartialExecutionOptions;
  images?: (string | Uint8Array)[];
  tools?: ToolDefinition[];
  think?: boolean | "low" | "medium" | "high" | "max";
  /** Seconds, or a Go duration such as `"5m"`; negative is for ever. */
  keepAlive?: number | string;
  suffix?: string;
  template?: string;
  raw?: boolean;
  logprobs?: boolean;
  /** 0 to 20. */
  topLogprobs?: number;
  /** `false` makes an over-long prompt an error in place of a silent cut. */
  truncate?: boolean;
  shift?: boolean;
  /** Ask `/api/ps` afterwards and put `metadata.resources` on the result. */
  resources?: boolean;
  /**
   * What the caller knows this work by, for an executor that keeps results beyond its own process (a queue): asked for
   * the same request under the same key, it gives the result that it has. Others ignore it.
   */
  itemKey?: string;
}

/**
 * What happens during an execution, in order: `start`, any of the middle ones, `end`. `atMs` is when the piece came,
 * in milliseconds since the request was sent, by the executor's monotonic clock.
 */
export type ExecutionEvent =
  | { type: "start"; id: string; model: string }
  | { type: "text"; text: string; atMs?: number }
  | { type: "thinking"; text: string; atMs?: number }
  | { type: "toolCall"; toolCall: ToolCall; atMs?: number }
  | { type: "logprobs"; logprobs: unknown[] }
  | { type: "end"; result: ModelExecutionResult };

/** Where an execution is. */
export type ExecutionStatus = "pending" | "running" | "succeeded" | "failed" | "cancelled";

/**
 * An execution under way. Awaitable (gives the result) and async-iterable (gives the events; the last reader's leaving cancels).
 * Expected failures do not reject: they are a result with `success: false`. An abort by the caller's signal rejects
 * with `ABORTED`; `cancel()` resolves to a result with `success: false` and `metadata.error.code` `ABORTED`.
 */
export interface ExecutionHandle extends PromiseLike<ModelExecutionResult>, AsyncIterable<ExecutionEvent> {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly result: Promise<ModelExecutionResult>;
  /**
   * Settles as soon as the server has nothing more to do for the request, a little before {@link ExecutionHandle.result}:
   * a caller that keeps a server busy can send the next one. Stays pending when the run fails. An executor may leave it out.
   */
  readonly answered?: Promise<void>;
  /**
   * Calls `visit` with each event, as soon as it is there, and resolves at the end; rejects where an iteration would
   * throw. For those who have nothing to wait for between two events: it costs less than `for await`. What `visit`
   * returns is not awaited; what the only reader throws gives the run up, and rejects. An executor may leave it out.
   */
  each?(visit: (event: ExecutionEvent) => void): Promise<void>;
  cancel(): void;
}

/** What is known of a model before it is run. */
export interface ModelDescription {
  name: string;
  capabilities: string[];
  /** The context window the model was trained for, in tokens. */
  contextLength?: number;
  digest?: string;
  /** The model's own parameters (wire names), where it has any. */
  parameters?: Record<string, unknown>;
  [key: string]: unknown;
}

/** A model that the server holds in memory. */
export interface LoadedModel {
  name: string;
  digest: string;
  sizeBytes: number;
  vramBytes: number;
  /** The context window that it was loaded with, in tokens. */
  contextLength?: number;
  expiresAt?: string;
}

/** A request for embeddings. */
export interface EmbeddingRequest extends CallOptions {
  model: string;
  input: string[];
  dimensions?: number;
  truncate?: boolean;
  keepAlive?: number | string;
  options?: PartialExecutionOptions;
}

/** One vector for each input, in order. */
export interface EmbeddingResult {
  model: string;
  embeddings: number[][];
  promptTokens?: number;
}

/** What is known of the server behind an executor. */
export interface ServerDescription {
  /** Ollama's version, as `/api/version` says it. */
  version: string;
  /** Where it answers, without a trailing slash and without credentials. */
  url: string;
}

/**
 * The small interface that the runner and the bench build on. `OllamaManager` is one, `createExecutor(client)` makes
 * one of a bare client, and a host pool is one over many.
 */
export interface ModelExecutor {
  execute(request: ExecutionRequest): ExecutionHandle;
  embed(request: EmbeddingRequest): Promise<EmbeddingResult>;
  /** @throws OllamaError `MODEL_NOT_FOUND` */
  describeModel(name: string, call?: CallOptions): Promise<ModelDescription>;
  listLoaded(call?: CallOptions): Promise<LoadedModel[]>;
  /** The server behind the executor; absent where there is not just one. */
  describeServer?(call?: CallOptions): Promise<ServerDescription>;
  /**
   * How many requests a batch without a limit of its own gives it at once; absent where that has to be found out, as
   * at one server.
   */
  readonly capacity?: number;
  /**
   * Called when its caller has written down the result of a request with an `itemKey`, so that the executor need not keep
   * it any longer. What it cannot forget now expires by itself.
   */
  forget?(request: ExecutionRequest): void;
}

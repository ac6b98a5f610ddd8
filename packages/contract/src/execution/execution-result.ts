import type { OllamaErrorCode } from "../errors/error-codes.js";
import type { ToolCall } from "./tool-call.js";

/** One finished execution of a model: what every package passes on, and what the output package keeps. */
export interface ModelExecutionResult {
  schemaVersion: 1;
  /** A ULID: unique, and sorted by time of creation. */
  id: string;
  modelName: string;
  /** The prompt; for a chat the last user message. */
  prompt: string;
  /** The whole answer, without thinking; the part that came when it failed. */
  response: string;
  /** Wall time of the call in seconds. */
  executionTime: number;
  /** Prompt and completion tokens together; absent when the server did not count them. */
  tokensUsed?: number;
  success: boolean;
  /** For a person: what failed, and what to do. */
  errorMessage?: string;
  metadata: ExecutionMetadata;
}

/** What is known of an execution beside its text. */
export interface ExecutionMetadata {
  /** When it began, ISO 8601. */
  createdAt: string;
  /** The endpoint that served it. */
  api: "generate" | "chat";
  /** Why the model stopped: `stop`, `length`, `load`, `unload`; `null` when it never said. */
  doneReason: string | null;
  /** Whether the answer was cut at `numPredict` or the end of the context. */
  truncated: boolean;
  /** Whether the server silently dropped a part of the prompt; absent when that is unknown. */
  contextTruncated?: boolean;
  usage: ExecutionUsage;
  timings: ExecutionTimings;
  /** Decode rate as the server reports it: completion tokens per second of `evalMs`; absent when unknown. */
  tokensPerSecond?: number;
  /** The reasoning of a thinking model. */
  thinking?: string;
  toolCalls?: ToolCall[];
  /** The chat's messages where the execution was a conversation. */
  messages?: unknown[];
  logprobs?: unknown[];
  /** The options that were sent, as they were sent (wire names). */
  options: Record<string, unknown>;
  model: { digest?: string; [key: string]: unknown };
  /** Memory of the model after the run; only when asked for. */
  resources?: ExecutionResources;
  /** For a program: what failed. */
  error?: { code: OllamaErrorCode; retryable: boolean; [key: string]: unknown };
  [key: string]: unknown;
}

/** Token counts of an execution. */
export interface ExecutionUsage {
  promptTokens?: number;
  completionTokens?: number;
  /** Prompt tokens that came from the server's cache; absent when the server does not say. */
  cachedTokens?: number;
}

/** Durations of an execution in milliseconds: `ttftMs` by the client's clock, the others by the server's. */
export interface ExecutionTimings {
  totalMs?: number;
  loadMs?: number;
  promptEvalMs?: number;
  evalMs?: number;
  /** From the request to the first piece of content, thinking or tool call, by the client's clock. */
  ttftMs?: number;
}

/** Memory of a loaded model, from `/api/ps`. */
export interface ExecutionResources {
  sizeBytes: number;
  vramBytes: number;
  /** As `ollama ps` says it: `"100% GPU"`, `"48%/52% CPU/GPU"`, `"100% CPU"`. */
  processor: string;
}

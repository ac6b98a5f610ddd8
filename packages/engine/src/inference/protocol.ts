import type { EmbedResult, GenerateEvent, GenerateRequest, LoadedInfo, LoadOptions } from "./inference-contract.js";
import type { InferenceFailure } from "./inference-error.js";

/** What the serving process sends to an inference process. `id` names a generation or a question. */
export type ToWorker =
  | { type: "load"; options: LoadOptions }
  | { type: "generate"; id: number; request: GenerateRequest }
  | { type: "embed"; id: number; input: string[]; truncate: boolean }
  | { type: "tokenize"; id: number; text: string; addBos: boolean }
  | { type: "detokenize"; id: number; tokens: number[] }
  /** Give up a generation or an embedding. */
  | { type: "abort"; id: number }
  /** The reader of a generation is behind (or has caught up again): compute no further tokens for it. */
  | { type: "pause"; id: number; paused: boolean };

/** What an inference process answers. */
export type FromWorker =
  | { type: "loaded"; info: LoadedInfo }
  | { type: "failed"; error: WireError }
  /** What the last steps of the batch gave, for all generations together. */
  | { type: "events"; events: [id: number, event: GenerateEvent][] }
  | { type: "embedded"; id: number; result: EmbedResult }
  | { type: "tokenized"; id: number; tokens: number[] }
  | { type: "detokenized"; id: number; text: string }
  | { type: "error"; id: number; error: WireError };

/** An InferenceError on its way between the processes. */
export interface WireError {
  reason: InferenceFailure;
  message: string;
  details: Record<string, unknown>;
}

import type { KeepAlive, WireModelOptions } from "./model-options.js";

/** Body of `POST /api/embed`. */
export interface EmbedRequest {
  model: string;
  input?: string | string[];
  /** `false` makes an over-long input an error in place of a silent cut. */
  truncate?: boolean;
  keep_alive?: KeepAlive;
  /** Length that the vectors are cut to. */
  dimensions?: number;
  options?: WireModelOptions;
}

/** Answer of `/api/embed`: one vector for each input, in order. */
export interface EmbedResponse {
  model: string;
  embeddings: number[][];
  /** Nanoseconds. */
  total_duration?: number;
  /** Nanoseconds. */
  load_duration?: number;
  prompt_eval_count?: number;
  [field: string]: unknown;
}

/** Body of the older `POST /api/embeddings`. */
export interface EmbeddingsRequest {
  model: string;
  prompt?: string;
  keep_alive?: KeepAlive;
  options?: WireModelOptions;
}

/** Answer of the older `/api/embeddings`: one vector, empty for an empty prompt. */
export interface EmbeddingsResponse {
  embedding: number[];
  [field: string]: unknown;
}

import type { ImageInput, KeepAlive, Think, WireModelOptions } from "./model-options.js";

/** Body of `POST /api/generate`. */
export interface GenerateRequest {
  model: string;
  /** Absent or empty: the model is loaded and nothing generated. */
  prompt?: string;
  /** Text after the answer, for models that can fill in. */
  suffix?: string;
  system?: string;
  template?: string;
  /** Token ids that an earlier answer returned. */
  context?: number[];
  stream?: boolean;
  /** Send the prompt as it is, without a template. */
  raw?: boolean;
  /** `"json"` or a JSON Schema. */
  format?: string | object;
  images?: ImageInput[];
  keep_alive?: KeepAlive;
  think?: Think;
  logprobs?: boolean;
  /** 0 to 20. */
  top_logprobs?: number;
  /** `false` makes an over-long prompt an error in place of a silent cut. */
  truncate?: boolean;
  /** `false` ends the answer when the context is full. */
  shift?: boolean;
  /** Width of a generated image in pixels. */
  width?: number;
  /** Height of a generated image in pixels. */
  height?: number;
  /** Diffusion steps of a generated image. */
  steps?: number;
  options?: WireModelOptions;
}

/** A token with the natural logarithm of its probability. */
export interface TokenLogprob {
  token: string;
  logprob: number;
  /** UTF-8 bytes of the token, which may be a part of a character. */
  bytes?: number[];
  [field: string]: unknown;
}

/** A sampled token with the most likely ones beside it. */
export interface Logprob extends TokenLogprob {
  top_logprobs?: TokenLogprob[];
}

/** Counts and durations (nanoseconds) that come with the end of an answer; a duration of 0 is left out. */
export interface WireMetrics {
  total_duration?: number;
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_duration?: number;
  /** Prompt tokens that came from the cache; Ollama 0.33.3 and later. */
  prompt_eval_cached_count?: number;
  eval_count?: number;
  eval_duration?: number;
}

/** What every piece of an answer has; the last piece, or the only one, has the metrics. */
export interface AnswerEnvelope extends WireMetrics {
  model: string;
  /** RFC 3339, up to nine decimals. */
  created_at: string;
  done: boolean;
  /** `stop`, `length`, `load` or `unload`; only where `done` is true. */
  done_reason?: string;
  logprobs?: Logprob[];
  /** The cloud model behind a local name. */
  remote_model?: string;
  /** The host of the cloud model. */
  remote_host?: string;
  [field: string]: unknown;
}

/** An answer of `/api/generate`, or one piece of it. */
export interface GenerateResponse extends AnswerEnvelope {
  response: string;
  thinking?: string;
  /** Token ids to send back as `context`; not with `raw`. */
  context?: number[];
  /** A generated image, base64. */
  image?: string;
  /** Diffusion steps done. */
  completed?: number;
  /** Diffusion steps to do. */
  total?: number;
}

import type { CallOptions } from "@codo/ollama-contract";

/** One line of a generate or chat stream, as far as an executor reads it. */
export interface ExecutorReplyLine {
  response?: string | undefined;
  thinking?: string | undefined;
  message?:
    | {
        content?: string | undefined;
        thinking?: string | undefined;
        tool_calls?: unknown[] | undefined;
      }
    | undefined;
  tool_calls?: unknown[] | undefined;
  logprobs?: unknown[] | undefined;
  context?: number[] | undefined;
  done?: boolean | undefined;
  done_reason?: string | undefined;
  total_duration?: number | undefined;
  load_duration?: number | undefined;
  prompt_eval_count?: number | undefined;
  prompt_eval_cached_count?: number | undefined;
  prompt_eval_duration?: number | undefined;
  eval_count?: number | undefined;
  eval_duration?: number | undefined;
}

/** A stream of lines that may first have to be awaited. */
export type ExecutorStream = AsyncIterable<ExecutorReplyLine> | PromiseLike<AsyncIterable<ExecutorReplyLine>>;

/** A request body as the wire has it. */
export type ExecutorWireRequest = Record<string, unknown> & { model: string };

/**
 * What an executor needs of a client. `OllamaClient` is one; a decorated or a recorded client may be another.
 * Requests and replies are the wire's own.
 */
export interface ExecutorClient {
  generate(request: ExecutorWireRequest & { prompt: string; stream: true }, call?: CallOptions): ExecutorStream;
  chat(request: ExecutorWireRequest & { messages: never[]; stream: true }, call?: CallOptions): ExecutorStream;
  embed(
    request: ExecutorWireRequest & { input: string[] },
    call?: CallOptions,
  ): PromiseLike<{ model: string; embeddings: number[][]; prompt_eval_count?: number | undefined }>;
  show(
    request: { model: string },
    call?: CallOptions,
  ): PromiseLike<{
    capabilities?: string[] | undefined;
    parameters?: string | undefined;
    /** Read as a record; the official types say `Map`. */
    model_info?: object | undefined;
    details?: object | undefined;
  }>;
  /** Where the client sends to, without credentials. */
  readonly host?: string;
  version?(call?: CallOptions): PromiseLike<{ version: string }>;
  ps(call?: CallOptions): PromiseLike<{
    models?: readonly {
      name: string;
      digest: string;
      size: number;
      size_vram?: number | undefined;
      context_length?: number | undefined;
      /** Read as text; the official types say `Date`. */
      expires_at?: string | Date | undefined;
    }[];
  }>;
}

/**
 * The seam between the process that serves HTTP and the process that computes. The server renders prompts, parses
 * output and knows models by name; an inference process knows one GGUF file, tokens and sequences.
 */
export interface LoadOptions {
  modelPath: string;
  /** LoRA adapters that change its weights. */
  adapterPaths?: readonly string[];
  /** The GGUF file through which it sees or hears. */
  projectorPath?: string;
  /** Context window of each sequence, in tokens. */
  numCtx: number;
  /** Sequences that are computed at once. */
  parallel: number;
  numBatch?: number;
  numThread?: number;
  useMmap?: boolean;
  /** Load for embeddings: no generation. */
  embedding?: boolean;
  /** How token vectors become one when the file does not say (a completion model used for embeddings). */
  pooling?: Pooling;
}

/** How the vectors of an input's tokens become one. */
export type Pooling = "mean" | "cls" | "last";

/** What is known of a model once it is loaded. */
export interface LoadedInfo {
  /** Context window of each sequence as it was made, in tokens: at least 256, at most what the model was trained for. */
  numCtx: number;
  trainContextLength: number;
  embeddingLength: number;
  /** Memory of weights and context, in bytes. */
  sizeBytes: number;
  /** What of it is a GPU's. */
  vramBytes: number;
  /** Whether a prompt may have images or sound. */
  takesMedia: boolean;
  /** What computes: `llama.cpp` in a process of the engine, or the path of a `llama-server`. */
  computedBy: string;
}

/** How tokens are chosen; the wire's names in camelCase, with the server's defaults already filled in. */
export interface SamplingOptions {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  typicalP: number;
  repeatLastN: number;
  repeatPenalty: number;
  presencePenalty: number;
  frequencyPenalty: number;
  /** -1 is a random seed. */
  seed: number;
}

/** One generation. */
export interface GenerateRequest {
  /** Text is tokenized with special tokens recognised; tokens are taken as they are. */
  prompt: string | number[];
  /** Images or sound as base64, for a model that takes them; `[img-0]` in the prompt is where the first one goes. */
  media?: readonly string[];
  sampling: SamplingOptions;
  /** Most tokens to generate; 0 and less are without a limit of its own. */
  numPredict: number;
  /** Prompt tokens kept when the context is cut or shifted. */
  numKeep: number;
  stop: string[];
  /** GBNF that the output has to follow, from its first token or from where `grammarAfter` has been seen. */
  grammar?: string;
  /** The text after which the grammar begins, such as `</think>`. */
  grammarAfter?: string;
  /** `false` makes an over-long prompt an error. */
  truncate: boolean;
  /** `false` ends the generation with `length` when the context is full. */
  shift: boolean;
  /** Candidates to give with each token; absent is no log-probabilities at all. */
  topLogprobs?: number;
  /** Give up (`repeat`) when a piece of text has come again this many times in a row; absent or 0 is never. */
  repeatLimit?: number;
}

/** A token with its log-probability. */
export interface TokenLogprob {
  token: string;
  bytes: number[];
  logprob: number;
}

/** What a generation says, in order; `done` is the last one. */
export type GenerateEvent =
  | { type: "start"; promptTokens: number[] }
  | { type: "token"; text: string; logprobs?: (TokenLogprob & { topLogprobs?: TokenLogprob[] })[] }
  | {
      type: "done";
      /** `repeat`: given up because of endless repetition; the wire then has no done line. */
      reason: "stop" | "length" | "repeat";
      promptCount: number;
      /** Prompt tokens that were still in the cache. */
      cachedCount: number;
      promptNs: number;
      evalCount: number;
      evalNs: number;
      /** Generated tokens, for generate's `context`. */
      tokens: number[];
    };

/** One vector for each input, not normalised. */
export interface EmbedResult {
  vectors: number[][];
  /** Tokens of all inputs. */
  promptCount: number;
}

/** A process that has one model in memory. Methods reject with `InferenceError` when the process is gone. */
export interface InferenceProcess {
  readonly pid: number;
  readonly info: LoadedInfo;
  /**
   * Computes one generation; more of them than `parallel` wait for their turn, in order. Ends when the consumer leaves,
   * and rejects with the signal's reason when that fires; the sequence is free at once, in prefill too.
   * @throws InferenceError
   */
  generate(request: GenerateRequest, signal?: AbortSignal): AsyncIterable<GenerateEvent>;
  /** @throws InferenceError `context` when an input is too long and `truncate` is false */
  embed(input: string[], options: { truncate: boolean }, signal?: AbortSignal): Promise<EmbedResult>;
  /** Special tokens are recognised; `addBos` puts the begin token first if the model wants one. */
  tokenize(text: string, options?: { addBos?: boolean }): Promise<number[]>;
  /** @throws InferenceError `input` when the model has no such token */
  detokenize(tokens: number[]): Promise<string>;
  /** Ends the process and what it computes. */
  stop(): Promise<void>;
  /** Resolves when the process has ended, whatever the reason. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
}

/** Starts an inference process and loads a model in it. @throws InferenceError when the file can't be loaded */
export type StartInference = (options: LoadOptions, signal?: AbortSignal) => Promise<InferenceProcess>;

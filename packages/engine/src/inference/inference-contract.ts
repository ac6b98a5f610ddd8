/**
 * The seam between the process that serves HTTP and the process that computes. The server renders prompts, parses
 * output and knows models by name; an inference process knows one GGUF file, tokens and sequences.
 */
export interface LoadOptions {
  modelPath: string;
  /** Context window of each sequence, in tokens. */
  numCtx: number;
  /** Sequences that are computed at once. */
  parallel: number;
  numBatch?: number;
  numThread?: number;
  useMmap?: boolean;
  /** Load for embeddings: no generation. */
  embedding?: boolean;
}

/** What is known of a model once it is loaded. */
export interface LoadedInfo {
  /** Context window of each sequence as it was made, in tokens. */
  numCtx: number;
  trainContextLength: number;
  embeddingLength: number;
  /** Memory of weights and context, in bytes. */
  sizeBytes: number;
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
  sampling: SamplingOptions;
  /** Most tokens to generate; negative is without a limit of its own. */
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
  /** Stop after this many equal tokens in a row, without a `done`, as a real server does; 0 is never. */
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

/** A process that has one model in memory. Methods reject with `InferenceError` when the process is gone. */
export interface InferenceProcess {
  readonly pid: number;
  readonly info: LoadedInfo;
  /** Ends when the consumer leaves or the signal fires; the sequence is free at once, in prefill too. */
  generate(request: GenerateRequest, signal?: AbortSignal): AsyncIterable<GenerateEvent>;
  embed(
    input: string[],
    options: { truncate: boolean },
    signal?: AbortSignal,
  ): Promise<{ vectors: number[][]; promptCount: number }>;
  tokenize(text: string, options?: { addBos?: boolean }): Promise<number[]>;
  detokenize(tokens: number[]): Promise<string>;
  stop(): Promise<void>;
  /** Resolves when the process has ended, whatever the reason. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
}

/** Starts an inference process and loads a model in it. @throws InferenceError when the file can't be loaded */
export type StartInference = (options: LoadOptions, signal?: AbortSignal) => Promise<InferenceProcess>;

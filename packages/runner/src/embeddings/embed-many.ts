import {
  type CallOptions,
  type EmbeddingRequest,
  type ModelExecutor,
  OllamaError,
  type OllamaErrorCode,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { throwIfAborted } from "@codo/ollama-contract/executor-kit";

/** How many texts are embedded. */
export interface EmbedManyCall extends CallOptions {
  options?: PartialExecutionOptions;
  dimensions?: number;
  /**
   * `false` makes a text that is too long an error, `true` lets the server cut it without a word.
   * @defaultValue cut, and reported in `truncated`
   */
  truncate?: boolean;
  keepAlive?: number | string;
  /** Most texts in one request. @defaultValue 64 */
  maxInputs?: number;
  /** Most UTF-8 bytes of text in one request; a longer text goes alone. @defaultValue 262 144 */
  maxBytes?: number;
  /** Most requests at once. @defaultValue 2 */
  concurrency?: number;
  /**
   * What a text that the server fails on does: `"throw"` fails the call with `details.index` of the text, `"skip"` costs
   * only its own vector, which is `null`, and is reported in `failures`.
   * @defaultValue "throw"
   */
  onError?: "throw" | "skip";
  /** Called with each vector as soon as it is there, so that what came is kept where the call fails. */
  onVector?: (vector: number[], index: number) => void;
  /** Called after each request with the number of texts that are done. */
  onProgress?: (done: number, total: number) => void;
}

/** One vector for each text, in the order of the texts. */
export interface EmbedManyResult<Vector extends number[] | null = number[]> {
  model: string;
  /** `null` for a text that was skipped. */
  embeddings: Vector[];
  /** The texts that were skipped, with what the server said. */
  failures: { index: number; error: OllamaError }[];
  /** The texts that were longer than the context window: their vectors stand for their beginning alone. */
  truncated: number[];
  /** Tokens of all texts, where the server counted every request. */
  promptTokens?: number;
  /** How many requests it took. */
  requests: number;
}

interface Slice {
  start: number;
  input: string[];
}

/** What can be the fault of one text among others; anything else is the same for all. */
const OF_A_TEXT: ReadonlySet<string> = new Set([
  "SERVER_ERROR",
  "INVALID_REQUEST",
  "CONTEXT_OVERFLOW",
  "STREAM_CORRUPT",
] satisfies OllamaErrorCode[]);

/** So many texts in a row that fail before any did not: then it is no text's fault. */
const MOST_FAILURES_AT_FIRST = 8;

/**
 * Embeds any number of texts in requests of a limited size. A request that fails is halved until the text is found.
 * @throws OllamaError what a request failed with; `details.firstInput` and `details.lastInput` say which texts, and
 * `details.index` which one
 */
export async function embedMany(
  executor: ModelExecutor,
  { model, texts, call }: { model: string; texts: readonly string[]; call: EmbedManyCall },
): Promise<EmbedManyResult<number[] | null>> {
  const { maxInputs = 64, maxBytes = 262_144, concurrency = 2 } = call;
  assertTexts(texts, { maxInputs, concurrency });
  throwIfAborted(call.signal, "The embedding");
  const slices = cut(texts, maxInputs, maxBytes);
  const embedding = new Embedding(executor, { model, total: texts.length, call });
  const queue = slices.values();
  const worker = async (): Promise<void> => {
    // Another request failed: the whole call has, and nothing more is sent.
    for (const slice of queue) if (!(await embedding.take(slice))) return;
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, slices.length) }, worker));
  return embedding.result();
}

/** The embedding of many texts: what came of them so far. */
class Embedding {
  readonly #executor: ModelExecutor;
  readonly #call: EmbedManyCall;
  readonly #request: Omit<EmbeddingRequest, "input">;
  readonly #total: number;
  readonly #embeddings: (number[] | null)[];
  readonly #failures: EmbedManyResult["failures"] = [];
  readonly #truncated: number[] = [];
  readonly #counts: (number | undefined)[] = [];
  #requests = 0;
  #done = 0;
  #isOver = false;

  constructor(executor: ModelExecutor, { model, total, call }: { model: string; total: number; call: EmbedManyCall }) {
    const { maxInputs, maxBytes, concurrency, onProgress, onError, onVector, truncate, ...request } = call;
    this.#executor = executor;
    this.#call = call;
    this.#request = { ...request, model };
    this.#total = total;
    this.#embeddings = new Array<number[] | null>(total).fill(null);
  }

  /** Embeds neighbouring texts; false when the call is over. @throws OllamaError */
  async take(slice: Slice): Promise<boolean> {
    try {
      await this.#embed(slice);
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
    return !this.#isOver;
  }

  result(): EmbedManyResult<number[] | null> {
    const isCounted = this.#counts.length > 0 && this.#counts.every((count) => count !== undefined);
    const promptTokens = this.#counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    return {
      model: this.#request.model,
      embeddings: this.#embeddings,
      failures: this.#failures.sort((a, b) => a.index - b.index),
      truncated: this.#truncated.sort((a, b) => a - b),
      requests: this.#requests,
      ...(isCounted && { promptTokens }),
    };
  }

  async #embed(slice: Slice): Promise<void> {
    if (this.#isOver) return;
    try {
      // Asked to refuse what is too long, the server says which texts it would have cut.
      await this.#send(slice, this.#call.truncate ?? false);
    } catch (error) {
      if (!OllamaError.is(error)) throw error;
      if (!OF_A_TEXT.has(error.code)) throw placed(error, slice);
      if (slice.input.length > 1) {
        const middle = slice.input.length >> 1;
        await this.#embed({ start: slice.start, input: slice.input.slice(0, middle) });
        await this.#embed({ start: slice.start + middle, input: slice.input.slice(middle) });
      } else await this.#embedAlone(slice, error);
    }
  }

  async #embedAlone(slice: Slice, error: OllamaError): Promise<void> {
    const mayCut = error.code === "CONTEXT_OVERFLOW" && this.#call.truncate === undefined;
    const reason = mayCut ? await this.#embedCut(slice) : error;
    if (reason === undefined) return;
    const failure = placed(reason, slice);
    this.#failures.push({ index: slice.start, error: failure });
    const isHopeless = this.#done === 0 && this.#failures.length >= MOST_FAILURES_AT_FIRST;
    if (this.#call.onError !== "skip" || isHopeless) throw failure;
  }

  /** Lets the server cut the text; gives the error where it fails all the same. */
  async #embedCut(slice: Slice): Promise<OllamaError | undefined> {
    try {
      await this.#send(slice, true);
      this.#truncated.push(slice.start);
      return undefined;
    } catch (error) {
      if (OllamaError.is(error) && OF_A_TEXT.has(error.code)) return error;
      throw error;
    }
  }

  async #send({ start, input }: Slice, truncate: boolean): Promise<void> {
    this.#requests += 1;
    const { embeddings, promptTokens } = await this.#executor.embed({ ...this.#request, input, truncate });
    if (embeddings.length !== input.length) {
      throw new OllamaError(
        "STREAM_CORRUPT",
        `The server gave ${embeddings.length} vectors for ${input.length} texts.`,
      );
    }
    if (this.#isOver) return;
    this.#counts.push(promptTokens);
    for (const [offset, vector] of embeddings.entries()) {
      this.#embeddings[start + offset] = vector;
      this.#call.onVector?.(vector, start + offset);
    }
    this.#done += input.length;
    this.#call.onProgress?.(this.#done, this.#total);
  }
}

/** The error with the texts that it is about. */
function placed(error: OllamaError, { start, input }: Slice): OllamaError {
  const { code, summary, advice, retryable, details } = error;
  const place = { firstInput: start, lastInput: start + input.length - 1, ...(input.length === 1 && { index: start }) };
  const said = input.length === 1 && OF_A_TEXT.has(code) ? `Text ${start + 1}: ${summary}` : summary;
  return new OllamaError(code, said, { cause: error, advice, retryable, details: { ...details, ...place } });
}

/** Neighbouring texts together, up to the limits; order is kept. */
function cut(texts: readonly string[], maxInputs: number, maxBytes: number): Slice[] {
  const slices: Slice[] = [];
  let bytes = 0;
  for (const [index, text] of texts.entries()) {
    const size = Buffer.byteLength(text);
    const last = slices.at(-1);
    if (last === undefined || last.input.length >= maxInputs || bytes + size > maxBytes) {
      slices.push({ start: index, input: [text] });
      bytes = size;
    } else {
      last.input.push(text);
      bytes += size;
    }
  }
  return slices;
}

function assertTexts(texts: unknown, limits: Record<string, number>): void {
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) {
    throw new OllamaError("INVALID_REQUEST", "embedMany takes an array of strings.");
  }
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new OllamaError("INVALID_REQUEST", `\`${name}\` is a whole number from 1; it was ${String(value)}.`);
  }
}

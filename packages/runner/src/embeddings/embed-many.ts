import {
  type CallOptions,
  type EmbeddingRequest,
  type ModelExecutor,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { throwIfAborted } from "../execution/abort.js";

/** How many texts are embedded. */
export interface EmbedManyCall extends CallOptions {
  options?: PartialExecutionOptions;
  dimensions?: number;
  /** `false` makes a text that is too long an error in place of a silent cut. */
  truncate?: boolean;
  keepAlive?: number | string;
  /** Most texts in one request. @defaultValue 64 */
  maxInputs?: number;
  /** Most UTF-8 bytes of text in one request; a longer text goes alone. @defaultValue 262 144 */
  maxBytes?: number;
  /** Most requests at once. @defaultValue 2 */
  concurrency?: number;
  /** Called after each request with the number of texts that are done. */
  onProgress?: (done: number, total: number) => void;
}

/** One vector for each text, in the order of the texts. */
export interface EmbedManyResult {
  model: string;
  embeddings: number[][];
  /** Tokens of all texts, where the server counted every request. */
  promptTokens?: number;
  /** How many requests it took. */
  requests: number;
}

interface Slice {
  start: number;
  input: string[];
}

/**
 * Embeds any number of texts in requests of a limited size.
 * @throws OllamaError what a request failed with; `details.firstInput` and `details.lastInput` say which texts
 */
export async function embedMany(
  executor: ModelExecutor,
  { model, texts, call }: { model: string; texts: readonly string[]; call: EmbedManyCall },
): Promise<EmbedManyResult> {
  const { maxInputs = 64, maxBytes = 262_144, concurrency = 2, onProgress, ...request } = call;
  assertTexts(texts, { maxInputs, concurrency });
  throwIfAborted(call.signal, "The embedding");
  const slices = cut(texts, maxInputs, maxBytes);
  const embeddings = new Array<number[]>(texts.length);
  const counts: (number | undefined)[] = [];
  const queue = slices.values();
  let done = 0;
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (const { start, input } of queue) {
      const reply = await embedSlice(executor, { ...request, model, input }, start).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
      // Another request failed: the whole call has, and nothing more is sent.
      if (hasFailed) return;
      for (const [index, vector] of reply.embeddings.entries()) embeddings[start + index] = vector;
      counts.push(reply.promptTokens);
      done += input.length;
      onProgress?.(done, texts.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, slices.length) }, worker));
  const isCounted = counts.length > 0 && counts.every((count) => count !== undefined);
  const promptTokens = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return { model, embeddings, requests: slices.length, ...(isCounted && { promptTokens }) };
}

async function embedSlice(
  executor: ModelExecutor,
  request: EmbeddingRequest,
  start: number,
): Promise<{ embeddings: number[][]; promptTokens?: number }> {
  const place = { firstInput: start, lastInput: start + request.input.length - 1 };
  try {
    const reply = await executor.embed(request);
    if (reply.embeddings.length === request.input.length) return reply;
    const got = reply.embeddings.length;
    throw new OllamaError("SERVER_ERROR", `The server gave ${got} vectors for ${request.input.length} texts.`);
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    const { code, summary, advice, retryable, details } = error;
    throw new OllamaError(code, summary, { cause: error, advice, retryable, details: { ...details, ...place } });
  }
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

import ky, { HTTPError, type KyInstance } from "ky";
import type {
  EmbedResult,
  GenerateEvent,
  GenerateRequest,
  InferenceProcess,
  LoadedInfo,
} from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import { fitPrompt } from "../prompt-window.js";
import { refuseEndless } from "../refuse-endless.js";
import { Repetition } from "../repetition.js";
import { completionBody } from "./completion-request.js";
import { eventLines } from "./event-lines.js";
import { type MediaPrompt, mediaPrompt } from "./media-prompt.js";
import type { ServerExit, ServerProcess } from "./server-process.js";
import { toInferenceError } from "./server-refusal.js";
import { type StreamedPart, toEnd, toToken } from "./streamed-part.js";
import type { Vocabulary } from "./vocabulary.js";

/** What a llama-server is described by. */
export interface LlamaServerParts {
  server: ServerProcess;
  api: KyInstance;
  info: LoadedInfo;
  vocabulary: Vocabulary;
  embedding: boolean;
  /** What stands for an image in a prompt, where the server takes any. */
  marker: string | undefined;
}

/**
 * The client of a `llama-server` with the key that only this process knows. The server closes connections that were idle
 * for some seconds; a request that meets one of them is sent again, once. At worst a prompt is read twice.
 */
export function llamaServerApi(url: string, apiKey: string): KyInstance {
  const retry = { limit: 1, methods: ["get", "post"], statusCodes: [], delay: () => SOON_AGAIN_MS };
  return ky.create({ prefixUrl: url, headers: { authorization: `Bearer ${apiKey}` }, timeout: false, retry });
}

const SOON_AGAIN_MS = 10;

/** A model that a `llama-server` computes. */
export class LlamaServer implements InferenceProcess {
  readonly #parts: LlamaServerParts;
  #gone: InferenceError | undefined;

  constructor(parts: LlamaServerParts) {
    this.#parts = parts;
    void this.exited.then(({ code, signal }) => {
      const how = signal ?? `exit status ${code}`;
      const message = `llama-server ended (${how}): ${parts.server.lastWords()}`;
      this.#gone = new InferenceError("exited", message, { details: { code, signal } });
    });
  }

  get pid(): number {
    return this.#parts.server.pid;
  }

  get info(): LoadedInfo {
    return this.#parts.info;
  }

  get exited(): Promise<ServerExit> {
    return this.#parts.server.exited;
  }

  async *generate(request: GenerateRequest, signal?: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    if (this.#parts.embedding) throw new InferenceError("input", "This process was started for embeddings.");
    signal?.throwIfAborted();
    const { info } = this.#parts;
    const tokens = await this.#promptTokens(request.prompt);
    yield { type: "start", promptTokens: tokens };
    const prompt = this.#promptOf(request, tokens);
    // Leaving early closes the connection, and the server gives the generation up.
    const left = new AbortController();
    const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
    try {
      const json = completionBody(request, { prompt, numCtx: info.numCtx });
      const response = await this.#post("completion", json, either);
      if (response.body === null) throw new InferenceError("compute", "llama-server sent no answer");
      yield* this.#events(response.body, request, "length" in prompt ? prompt.length : undefined);
    } catch (error) {
      signal?.throwIfAborted();
      throw await this.#failure(error);
    } finally {
      left.abort();
    }
  }

  /** What the server is to read: tokens that fit the window, or text with images, whose tokens only it can count. */
  #promptOf({ prompt, media = [], numKeep, truncate }: GenerateRequest, tokens: number[]): number[] | MediaPrompt {
    const { vocabulary, info, marker } = this.#parts;
    if (media.length > 0 && marker !== undefined && typeof prompt === "string") {
      return mediaPrompt({ prompt, media }, { marker, begin: vocabulary.beginText });
    }
    return fitPrompt(tokens, { numCtx: info.numCtx, numKeep, truncate, beginToken: vocabulary.begin });
  }

  async *#events(
    body: ReadableStream<Uint8Array>,
    { repeatLimit, topLogprobs }: GenerateRequest,
    promptCount: number | undefined,
  ): AsyncGenerator<GenerateEvent, void, undefined> {
    const repetition = new Repetition(repeatLimit);
    const tokens: number[] = [];
    for await (const line of eventLines(body)) {
      const part = line as StreamedPart;
      if (part.error !== undefined) throw new InferenceError("compute", part.error.message);
      tokens.push(...(part.tokens ?? []));
      const isEndless = repetition.isEndless(part.content ?? "");
      if (!isEndless && part.content) yield toToken(part, topLogprobs);
      if (!isEndless && !part.stop) continue;
      yield toEnd(part, { promptCount: promptCount ?? part.tokens_evaluated ?? 0, tokens, isEndless });
      return;
    }
    throw new InferenceError("compute", "llama-server's answer broke off");
  }

  async embed(input: string[], { truncate }: { truncate: boolean }, signal?: AbortSignal): Promise<EmbedResult> {
    if (!this.#parts.embedding) throw new InferenceError("input", "This process was started for generations.");
    refuseEndless(input);
    const prompts = await Promise.all(input.map((text) => this.#inputTokens(text, truncate)));
    const promptCount = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
    const found = await this.#ask<{ index: number; embedding: number[][] }[]>(
      "embedding",
      // All at once: the server computes as many together as it has room for.
      { content: prompts, embd_normalize: -1 },
      signal,
    );
    const sorted = found.toSorted((a, b) => a.index - b.index);
    return { vectors: sorted.map(({ embedding }) => embedding[0] ?? []), promptCount };
  }

  async tokenize(text: string, { addBos = false }: { addBos?: boolean } = {}): Promise<number[]> {
    refuseEndless([text]);
    const tokens = await this.#tokens(text);
    const { begin } = this.#parts.vocabulary;
    if (addBos && begin !== undefined && tokens[0] !== begin) tokens.unshift(begin);
    return tokens;
  }

  async detokenize(tokens: number[]): Promise<string> {
    this.#checkTokens(tokens);
    return (await this.#ask<{ content: string }>("detokenize", { tokens })).content;
  }

  async stop(): Promise<void> {
    await this.#parts.server.stop();
  }

  async #promptTokens(prompt: string | number[]): Promise<number[]> {
    if (typeof prompt !== "string") this.#checkTokens(prompt);
    const tokens = typeof prompt === "string" ? await this.tokenize(prompt, { addBos: true }) : [...prompt];
    const { first } = this.#parts.vocabulary;
    if (tokens.length > 0) return tokens;
    if (first === undefined) throw new InferenceError("input", "The prompt is empty.");
    return [first];
  }

  async #inputTokens(text: string, truncate: boolean): Promise<number[]> {
    const { begin, end } = this.#parts.vocabulary;
    const { numCtx } = this.#parts.info;
    const body = await this.#tokens(text);
    const room = numCtx - (begin === undefined ? 0 : 1) - (end === undefined ? 0 : 1);
    if (body.length > room && !truncate) {
      const details = { promptTokenCount: body.length, numCtx };
      throw new InferenceError("context", "the input length exceeds the context length", { details });
    }
    const tokens = body.slice(0, room);
    if (begin !== undefined && tokens[0] !== begin) tokens.unshift(begin);
    if (end !== undefined && tokens.at(-1) !== end) tokens.push(end);
    if (tokens.length === 0) throw new InferenceError("input", "Input content cannot be empty");
    return tokens;
  }

  async #tokens(content: string): Promise<number[]> {
    const body = { content, add_special: false, parse_special: true };
    return (await this.#ask<{ tokens: number[] }>("tokenize", body)).tokens;
  }

  #checkTokens(tokens: readonly number[]): void {
    const { size } = this.#parts.vocabulary;
    const strange = tokens.find((token) => !(Number.isInteger(token) && token >= 0 && token < size));
    if (strange === undefined) return;
    throw new InferenceError("input", `invalid token: ${strange} is not one of the model's ${size} tokens`);
  }

  async #ask<T>(path: string, json: object, signal?: AbortSignal): Promise<T> {
    try {
      return await (await this.#post(path, json, signal)).json<T>();
    } catch (error) {
      signal?.throwIfAborted();
      throw await this.#failure(error);
    }
  }

  async #post(path: string, json: object, signal: AbortSignal | undefined) {
    if (this.#gone !== undefined) throw this.#gone;
    return await this.#parts.api.post(path, { json, ...(signal !== undefined && { signal }) });
  }

  async #failure(error: unknown): Promise<unknown> {
    if (error instanceof InferenceError) return error;
    if (error instanceof HTTPError) return toInferenceError(error, await error.response.text().catch(() => ""));
    // A connection that breaks is mostly the end of the server, which is about to be known.
    await Promise.race([this.exited, new Promise((resolve) => setTimeout(resolve, SOON_MS).unref())]);
    if (this.#gone !== undefined) return this.#gone;
    return new InferenceError("compute", error instanceof Error ? error.message : String(error), { cause: error });
  }
}

const SOON_MS = 1000;

import type { EmbedResult } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import type { Model } from "./model.js";
import type { NativeContext } from "./native-addon.js";

/** Computes embeddings, one input at a time: the native addon gives out the vector of sequence 0 only. */
export class Embedder {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly model: Model,
    private readonly context: NativeContext,
    private readonly numCtx: number,
  ) {}

  /** Inputs of all callers take turns. @throws InferenceError `context`, `input`; the signal's reason */
  async embed(input: string[], truncate: boolean, signal: AbortSignal): Promise<EmbedResult> {
    const prompts = input.map((text) => this.#prepare(text, truncate));
    const vectors: number[][] = [];
    for (const prompt of prompts) {
      const turn = this.#last.then(() => this.#compute(prompt, signal));
      this.#last = turn.catch(() => undefined);
      vectors.push(await turn);
    }
    return { vectors, promptCount: prompts.reduce((sum, prompt) => sum + prompt.length, 0) };
  }

  #prepare(text: string, truncate: boolean): number[] {
    const { beginToken: begin, endToken: end } = this.model;
    const body = this.model.tokenize(text, false);
    const room = this.numCtx - (begin === undefined ? 0 : 1) - (end === undefined ? 0 : 1);
    if (body.length > room && !truncate) {
      throw new InferenceError("context", "the input length exceeds the context length", {
        details: { promptTokenCount: body.length, numCtx: this.numCtx },
      });
    }
    const tokens = body.slice(0, room);
    if (begin !== undefined && tokens[0] !== begin) tokens.unshift(begin);
    if (end !== undefined && tokens.at(-1) !== end) tokens.push(end);
    // A model that puts no token around a text has nothing to make a vector of. Source: llama.cpp's server.
    if (tokens.length === 0) throw new InferenceError("input", "Input content cannot be empty");
    return tokens;
  }

  async #compute(prompt: number[], signal: AbortSignal): Promise<number[]> {
    signal.throwIfAborted();
    this.context.disposeSequence(0);
    this.context.initBatch(prompt.length);
    // Pooling needs the vector of every token.
    const all = Uint32Array.from(prompt.keys());
    this.context.addToBatch(0, 0, Uint32Array.from(prompt), all);
    await this.context.decodeBatch();
    return Array.from(this.context.getEmbedding(prompt.length));
  }
}

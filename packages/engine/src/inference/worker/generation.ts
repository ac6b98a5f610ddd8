import type { GenerateEvent, GenerateRequest } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import { fitPrompt, keptTokens, type WindowOptions } from "../prompt-window.js";
import { Repetition } from "../repetition.js";
import { createGrammarState, GrammarGate } from "./grammar-gate.js";
import { LogprobObserver } from "./logprob-observer.js";
import type { Model } from "./model.js";
import type { NativeContext } from "./native-addon.js";
import { type OutputPiece, OutputText } from "./output-text.js";
import type { Sequence } from "./sequence.js";
import { TokenSampler } from "./token-sampler.js";

/** Why a generation ended. */
export type FinishReason = "stop" | "length" | "repeat";

/** What a generation needs of its surroundings. */
export interface GenerationHost {
  model: Model;
  context: NativeContext;
  numCtx: number;
  /** Whether this kind of model can go on with a part of its memory dropped. */
  canShift: boolean;
  emit(id: number, event: GenerateEvent): void;
}

/** One generation, from its prompt to its `done`. The scheduler decides when it computes. */
export class Generation {
  /** The reader is behind: compute nothing for now. */
  paused = false;
  readonly prompt: number[];
  /** The sequence that it computes in, once it has one. */
  sequence: Sequence | undefined;
  /** Tokens that are not in the sequence's memory yet: the rest of the prompt, later the last token. */
  #pending: number[];
  readonly #generated: number[] = [];
  readonly #history: number[];
  readonly #window: WindowOptions;
  readonly #output: OutputText;
  readonly #gate: GrammarGate | undefined;
  #sampler: TokenSampler | undefined;
  #observer: LogprobObserver | undefined;
  #cachedCount = 0;
  #startedAt = 0n;
  #firstTokenAt = 0n;
  readonly #repetition: Repetition;

  /** @throws InferenceError `context`, `grammar`, `input` */
  constructor(
    readonly id: number,
    private readonly request: GenerateRequest,
    private readonly host: GenerationHost,
  ) {
    const { model, numCtx } = host;
    const { prompt } = request;
    const tokens = typeof prompt === "string" ? model.tokenize(prompt, true) : [...prompt];
    if (tokens.length === 0) tokens.push(...firstToken(model));
    host.emit(id, { type: "start", promptTokens: tokens });
    this.#window = { numCtx, numKeep: request.numKeep, truncate: request.truncate, beginToken: model.beginToken };
    this.prompt = fitPrompt(tokens, this.#window);
    this.#pending = this.prompt;
    this.#history = [...this.prompt];
    this.#output = new OutputText(request.stop);
    this.#repetition = new Repetition(request.repeatLimit);
    if (request.grammar !== undefined) {
      this.#gate = new GrammarGate(request.grammarAfter ?? "", createGrammarState(model, request.grammar));
    }
  }

  /** Takes a free sequence: what its memory holds of the prompt need not be computed. */
  begin(sequence: Sequence): void {
    const { model, context } = this.host;
    this.#startedAt = process.hrtime.bigint();
    this.sequence = sequence;
    this.#cachedCount = sequence.reuse(this.prompt);
    this.#pending = this.prompt.slice(this.#cachedCount);
    this.#sampler = new TokenSampler(model, context, this.request.sampling, sequence);
    if (this.#gate !== undefined && !this.request.grammarAfter) this.#sampler.constrain(this.#gate.grammar);
    const { topLogprobs } = this.request;
    if (topLogprobs !== undefined) this.#observer = new LogprobObserver(model, context, topLogprobs, sequence);
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  /** Whether the prompt is still being computed. */
  get inPrefill(): boolean {
    return this.#generated.length === 0;
  }

  /** Takes up to `count` tokens that are to be computed next. */
  take(count: number): number[] {
    const tokens = this.#pending.slice(0, count);
    this.#pending = this.#pending.slice(count);
    return tokens;
  }

  /** Chooses the next token after a step that computed all pending ones. Returns the reason when that was the end. */
  async advance(batchIndex: number): Promise<FinishReason | undefined> {
    const token = await this.#sampler?.next(batchIndex, this.#history);
    if (token === undefined || token < 0) throw new InferenceError("compute", "No token can follow here.");
    const logprob = await this.#observer?.read(batchIndex, token);
    if (this.inPrefill) this.#firstTokenAt = process.hrtime.bigint();
    this.#generated.push(token);
    this.#history.push(token);
    this.#pending = [token];
    if (this.host.model.isEnd(token)) return "stop";

    const bytes = this.host.model.bytes.get(token);
    const piece = this.#output.push(bytes, logprob);
    if (this.#repetition.isEndless(piece.text)) return "repeat";
    this.#give(piece);
    if (this.#output.stopped) return "stop";
    if (this.request.grammarAfter && this.#gate?.opens(Buffer.from(bytes).toString())) {
      this.#sampler?.constrain(this.#gate.grammar);
    }
    if (this.request.numPredict > 0 && this.#generated.length >= this.request.numPredict) return "length";
    return this.#hasRoom() ? undefined : "length";
  }

  /** Says the last words. */
  finish(reason: FinishReason): void {
    if (reason !== "repeat") this.#give(this.#output.finish());
    const end = process.hrtime.bigint();
    const lastToken = this.#generated.at(-1);
    const ended = lastToken !== undefined && this.host.model.isEnd(lastToken);
    this.host.emit(this.id, {
      type: "done",
      reason,
      promptCount: this.prompt.length,
      cachedCount: this.#cachedCount,
      promptNs: Number(this.#firstTokenAt - this.#startedAt),
      evalCount: this.#generated.length,
      evalNs: Math.max(1000, Number(end - this.#firstTokenAt)),
      tokens: ended ? this.#generated.slice(0, -1) : this.#generated,
    });
  }

  #give(piece: OutputPiece): void {
    if (piece.text === "") return;
    this.host.emit(this.id, {
      type: "token",
      text: piece.text,
      ...(this.#observer !== undefined && { logprobs: piece.logprobs }),
    });
  }

  /** Makes room for the next token; `false` when the window is full and must not, or can't, be shifted. */
  #hasRoom(): boolean {
    const { numCtx, canShift } = this.host;
    const { sequence } = this;
    if (sequence === undefined || sequence.tokens.length + 1 < numCtx) return true;
    if (!this.request.shift || !canShift) return false;
    const keep = keptTokens(this.prompt, this.#window);
    return sequence.shift(keep, (sequence.tokens.length - keep) >> 1);
  }
}

function firstToken(model: Model): number[] {
  if (model.firstToken === undefined) throw new InferenceError("input", "The prompt is empty.");
  return [model.firstToken];
}

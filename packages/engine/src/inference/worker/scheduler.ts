import type { GenerateRequest } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import { Generation, type GenerationHost } from "./generation.js";
import { PrefillPace } from "./prefill-pace.js";
import type { SavedStates } from "./saved-states.js";
import { bestSequence, Sequence, sequenceToCopy } from "./sequence.js";

/** A generation's share in one step of the batch. */
interface Share {
  generation: Generation;
  tokens: number[];
}

/** What the scheduler reports beside the events of generations. */
export interface SchedulerHost extends GenerationHost {
  fail(id: number, error: unknown): void;
  /** After each step: what was emitted can be sent. */
  stepped(): void;
}

/**
 * Computes many generations in one context. Each step is one batch: a token for every generation that is writing, or a
 * piece of the prompts, in the order of their arrival.
 */
export class Scheduler {
  readonly #sequences: Sequence[];
  readonly #waiting: Generation[] = [];
  readonly #active: Generation[] = [];
  readonly #pace: PrefillPace;
  readonly #states: SavedStates | undefined;
  #running = false;
  /** Whether answers wait for the step that is being computed. */
  #answersWait = false;
  #clock = 0;

  constructor(
    private readonly host: SchedulerHost,
    batchSize: number,
    sequences: number,
    states?: SavedStates,
  ) {
    this.#states = states;
    this.#sequences = Array.from({ length: sequences }, (_, id) => new Sequence(id, host.context));
    this.#pace = new PrefillPace(batchSize);
  }

  add(id: number, request: GenerateRequest): void {
    try {
      this.#waiting.push(new Generation(id, request, this.host));
    } catch (error) {
      this.host.fail(id, error);
    }
    this.host.stepped();
    this.#wake();
  }

  /** Gives up a generation; its sequence is free before the next step. */
  abort(id: number): void {
    const waiting = this.#waiting.findIndex((generation) => generation.id === id);
    if (waiting !== -1) this.#waiting.splice(waiting, 1);
    const generation = this.#active.find((active) => active.id === id);
    if (generation !== undefined) this.#release(generation);
    this.#wake();
  }

  pause(id: number, paused: boolean): void {
    for (const generation of this.#active) if (generation.id === id) generation.paused = paused;
    for (const generation of this.#waiting) if (generation.id === id) generation.paused = paused;
    this.#wake();
  }

  #wake(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#admit();
      const shares = this.#share();
      if (shares.length === 0) break;
      await this.#step(shares);
      this.host.stepped();
    }
    this.#running = false;
  }

  /** Gives free sequences to those that wait longest, each the one that knows most of its prompt. */
  async #admit(): Promise<void> {
    while (this.#waiting.length > 0) {
      const free = this.#sequences.filter((sequence) => !sequence.busy);
      if (free.length === 0) return;
      const generation = this.#waiting.shift();
      if (generation === undefined) return;
      const sequence = bestSequence(generation.prompt, free);
      sequence.busy = true;
      this.#active.push(generation);
      try {
        await this.#prepare(sequence, generation.prompt);
        // It may have been given up meanwhile.
        if (!this.#active.includes(generation)) {
          sequence.busy = false;
          continue;
        }
        generation.begin(sequence);
      } catch (error) {
        this.#fail(generation, error);
      }
    }
  }

  /** Has a sequence hold as much of a prompt as anything does, and keeps what it held. */
  async #prepare(sequence: Sequence, prompt: readonly number[]): Promise<void> {
    const source = sequenceToCopy(prompt, sequence, this.#sequences);
    const most = (source ?? sequence).commonPrefix(prompt);
    await this.#states?.saveBefore(prompt, sequence);
    if (await this.#states?.restore(prompt, sequence, most)) return;
    if (source !== undefined) await sequence.copy(source);
  }

  /**
   * What to compute next. llama.cpp computes prompts apart from answers even if they come in one batch, and then takes
   * longer over both: so they take turns.
   */
  #share(): Share[] {
    const ready = this.#active.filter((generation) => !generation.paused);
    const reading = ready.filter((generation) => generation.inPrefill);
    const writing = ready.filter((generation) => !generation.inPrefill);
    const isShared = reading.length > 0 && writing.length > 0;
    this.#answersWait = isShared && !this.#answersWait;
    const shares =
      writing.length > 0 && !this.#answersWait
        ? writing.map((generation) => ({ generation, tokens: generation.take(1) }))
        : takePrompts(reading, this.#pace.tokensPerStep(isShared));
    // llama.cpp computes sequences together whose numbers rise one by one, and the others after them.
    return shares.sort((a, b) => numberOf(a) - numberOf(b));
  }

  async #step(shares: Share[]): Promise<void> {
    const startedAt = performance.now();
    const due: { generation: Generation; batchIndex: number }[] = [];
    try {
      this.host.context.initBatch(shares.reduce((sum, { tokens }) => sum + tokens.length, 0));
      for (const share of shares) {
        const batchIndex = this.#addToBatch(share);
        if (batchIndex !== undefined) due.push({ generation: share.generation, batchIndex });
      }
      await this.host.context.decodeBatch();
    } catch (error) {
      for (const { generation } of shares) this.#fail(generation, error);
      return;
    }
    this.#observe(shares, performance.now() - startedAt);
    await Promise.all(due.map(({ generation, batchIndex }) => this.#advance(generation, batchIndex)));
  }

  #observe(shares: readonly Share[], elapsedMs: number): void {
    const tokens = shares.reduce((sum, share) => sum + share.tokens.length, 0);
    if (shares.some(({ generation }) => generation.inPrefill)) this.#pace.observe(tokens, elapsedMs, this.#answersWait);
    else this.#pace.observeAnswers(elapsedMs);
  }

  /** Returns where in the batch the logits will be, if this share completes what was pending. */
  #addToBatch({ generation, tokens }: Share): number | undefined {
    const { sequence } = generation;
    if (sequence === undefined) return undefined;
    const complete = generation.pendingCount === 0;
    const wanted = complete ? Uint32Array.of(tokens.length - 1) : new Uint32Array();
    const first = sequence.tokens.length;
    const [batchIndex] = this.host.context.addToBatch(sequence.id, first, Uint32Array.from(tokens), wanted);
    sequence.tokens.push(...tokens);
    return batchIndex;
  }

  async #advance(generation: Generation, batchIndex: number): Promise<void> {
    // It may have been given up while the batch was computed.
    if (!this.#active.includes(generation)) return;
    try {
      const reason = await generation.advance(batchIndex);
      if (reason === undefined || !this.#active.includes(generation)) return;
      generation.finish(reason);
      this.#release(generation);
    } catch (error) {
      this.#fail(generation, error);
    }
  }

  #fail(generation: Generation, cause: unknown): void {
    if (!this.#active.includes(generation)) return;
    // What llama.cpp's memory holds after a failed step is not known.
    generation.sequence?.clear();
    this.#release(generation);
    const message = cause instanceof Error ? cause.message : String(cause);
    this.host.fail(generation.id, cause instanceof InferenceError ? cause : new InferenceError("compute", message));
  }

  #release(generation: Generation): void {
    this.#active.splice(this.#active.indexOf(generation), 1);
    if (generation.sequence === undefined) return;
    generation.sequence.busy = false;
    generation.sequence.lastUsed = ++this.#clock;
  }
}

/** The next tokens of prompts, the first one's before the others'. */
function takePrompts(reading: readonly Generation[], mostTokens: number): Share[] {
  const shares: Share[] = [];
  let room = mostTokens;
  for (const generation of reading) {
    const count = Math.min(generation.pendingCount, room);
    if (count === 0) continue;
    shares.push({ generation, tokens: generation.take(count) });
    room -= count;
  }
  return shares;
}

function numberOf({ generation }: Share): number {
  return generation.sequence?.id ?? 0;
}

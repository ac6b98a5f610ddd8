/** A step longer than this keeps aborts waiting too long. */
const SLOW_STEP_MS = 250;
const QUICK_STEP_MS = 80;
const LEAST_TOKENS = 32;
const FIRST_TOKENS = 128;
/** How long a step may take between two steps of answers, whose readers see it as a gap. */
const SHARED_STEP_MS = 90;
/** Where a token of the answers takes longer than that itself, a prompt may take so many times as long. */
const STEPS_OF_ANSWERS = 2;
/** A step that took less than this part of its time can be twice as large. */
const ROOM_TO_DOUBLE = 0.45;
const FIRST_SHARED_TOKENS = 4;
/** A new figure counts for so much of the time that a step of answers takes. */
const WEIGHT_OF_NEWEST = 1 / 8;

/**
 * How many prompt tokens to compute in one step. llama.cpp can't be interrupted within a step, so a large model on a
 * slow machine gets short ones. It goes in powers of two, so that equal prompts are mostly cut alike.
 *
 * The time of a step is no multiple of its tokens: the weights are read once for all of them, and attention takes more
 * the longer the prompt is, most of all in steps of few tokens. So nothing is computed ahead: each step says whether the
 * next one can be larger or has to be smaller.
 */
export class PrefillPace {
  #tokens: number;
  #sharedTokens: number;
  #answerStepMs: number | undefined;

  constructor(private readonly mostTokens: number) {
    this.#tokens = Math.min(FIRST_TOKENS, mostTokens);
    this.#sharedTokens = Math.min(FIRST_SHARED_TOKENS, mostTokens);
  }

  /** @param isShared - whether answers wait for the step */
  tokensPerStep(isShared: boolean): number {
    return isShared ? Math.min(this.#tokens, this.#sharedTokens) : this.#tokens;
  }

  /** Learns from a step that computed this many prompt tokens; `isShared` where answers waited for it. */
  observe(promptTokens: number, elapsedMs: number, isShared: boolean): void {
    if (isShared) this.#observeShared(promptTokens, elapsedMs);
    else if (elapsedMs > SLOW_STEP_MS) {
      this.#tokens = Math.max(Math.min(LEAST_TOKENS, this.mostTokens), this.#tokens >> 1);
    } else if (promptTokens >= this.#tokens && elapsedMs < QUICK_STEP_MS) {
      this.#tokens = Math.min(this.#tokens * 2, this.mostTokens);
    }
  }

  /** Learns from a step that wrote on answers only. */
  observeAnswers(elapsedMs: number): void {
    this.#answerStepMs ??= elapsedMs;
    this.#answerStepMs += (elapsedMs - this.#answerStepMs) * WEIGHT_OF_NEWEST;
  }

  #observeShared(promptTokens: number, elapsedMs: number): void {
    const mostMs = Math.max(SHARED_STEP_MS, STEPS_OF_ANSWERS * (this.#answerStepMs ?? 0));
    if (elapsedMs > mostMs) this.#sharedTokens = Math.max(1, this.#sharedTokens >> 1);
    else if (promptTokens >= this.#sharedTokens && elapsedMs < mostMs * ROOM_TO_DOUBLE) {
      this.#sharedTokens = Math.min(this.#sharedTokens * 2, this.mostTokens);
    }
  }
}

/** A step longer than this keeps aborts waiting too long. */
const SLOW_STEP_MS = 250;
const QUICK_STEP_MS = 80;
const LEAST_TOKENS = 32;
const FIRST_TOKENS = 128;
/**
 * How long a step of a prompt may take between two steps of answers. Their readers see both together as one gap; 150 ms
 * of it are still read as running text. What is left is for the step of the answers, and for a step that takes twice as
 * long as was foreseen, which happens a few times in a thousand.
 */
const SHARED_STEP_MS = 70;
/** Where a token of the answers takes longer than that itself, a prompt may take so many times as long. */
const STEPS_OF_ANSWERS = 2;
const FIRST_SHARED_TOKENS = 4;
/** How far the tokens of a shared step go towards those that would have filled its time: one step may have been held up. */
const WAY_TO_MEASURED = 1 / 2;
/** A new figure counts for so much of the time that a step of answers takes. */
const WEIGHT_OF_NEWEST = 1 / 8;

/**
 * How many prompt tokens to compute in one step. llama.cpp can't be interrupted within a step, so a large model on a
 * slow machine gets short ones. Where nothing waits it goes in powers of two, so that equal prompts are mostly cut alike;
 * beside answers a step has as many tokens as fit in its time.
 *
 * The time of a step is no multiple of its tokens: the weights are read once for all of them, and attention takes more
 * the longer the prompt is. So nothing is computed ahead: each step says how large the next one can be. What that says is
 * too little rather than too much, as more tokens share the weights.
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
    // Rounded: cut off, a step of one token would say for ever that not quite two fit.
    return isShared ? Math.min(this.#tokens, Math.round(this.#sharedTokens)) : this.#tokens;
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
    // The short rest of a prompt says little: most of its time went to the weights.
    if (promptTokens < this.tokensPerStep(true) && elapsedMs <= mostMs) return;
    const fitting = (promptTokens * mostMs) / Math.max(elapsedMs, Number.EPSILON);
    const next = this.#sharedTokens + (fitting - this.#sharedTokens) * WAY_TO_MEASURED;
    this.#sharedTokens = Math.min(Math.max(1, next), 2 * this.#sharedTokens, this.mostTokens);
  }
}

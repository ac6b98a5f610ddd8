/** A step longer than this keeps aborts waiting too long. */
const SLOW_STEP_MS = 250;
const QUICK_STEP_MS = 80;
/** How long a step may take where answers are being written, whose readers see it as a gap. */
const SHARED_STEP_MS = 100;
const LEAST_TOKENS = 32;
const LEAST_SHARED_TOKENS = 8;
const FIRST_TOKENS = 128;
const FIRST_SHARED_TOKENS = 16;

/**
 * How many prompt tokens to compute in one step. llama.cpp can't be interrupted within a step, so a large model on a
 * slow machine gets short ones. It goes in powers of two, so that equal prompts are mostly cut alike.
 */
export class PrefillPace {
  #tokens: number;
  /** Of the last step that was long enough to tell. */
  #msPerToken: number | undefined;

  constructor(private readonly mostTokens: number) {
    this.#tokens = Math.min(FIRST_TOKENS, mostTokens);
  }

  /** @param isShared - whether the step also writes on answers */
  tokensPerStep(isShared: boolean): number {
    return isShared ? Math.min(this.#tokens, this.#sharedTokens()) : this.#tokens;
  }

  /** Learns from a step that computed this many prompt tokens; `isShared` where it also wrote on answers. */
  observe(promptTokens: number, elapsedMs: number, isShared: boolean): void {
    if (promptTokens >= LEAST_SHARED_TOKENS) this.#msPerToken = elapsedMs / promptTokens;
    // Such a step was as short as it was meant to be.
    if (isShared) return;
    if (elapsedMs > SLOW_STEP_MS) this.#tokens = Math.max(Math.min(LEAST_TOKENS, this.mostTokens), this.#tokens >> 1);
    else if (promptTokens >= this.#tokens && elapsedMs < QUICK_STEP_MS) {
      this.#tokens = Math.min(this.#tokens * 2, this.mostTokens);
    }
  }

  #sharedTokens(): number {
    if (this.#msPerToken === undefined) return FIRST_SHARED_TOKENS;
    const fitting = SHARED_STEP_MS / Math.max(this.#msPerToken, SHARED_STEP_MS / this.mostTokens);
    return Math.max(LEAST_SHARED_TOKENS, 2 ** Math.floor(Math.log2(fitting)));
  }
}

/** A step longer than this keeps other generations and aborts waiting too long. */
const SLOW_STEP_MS = 250;
/** The same where answers are being written, whose readers would see a gap. */
const SLOW_SHARED_STEP_MS = 120;
const QUICK_STEP_MS = 80;
const LEAST_TOKENS = 32;
const FIRST_TOKENS = 128;

/**
 * How many prompt tokens to compute in one step. llama.cpp can't be interrupted within a step, so a large model on a
 * slow machine gets short ones. It goes in powers of two, so that equal prompts are mostly cut alike.
 */
export class PrefillPace {
  #tokens: number;

  constructor(private readonly mostTokens: number) {
    this.#tokens = Math.min(FIRST_TOKENS, mostTokens);
  }

  get tokensPerStep(): number {
    return this.#tokens;
  }

  /** Learns from a step that computed this many prompt tokens; `isShared` where it also wrote on answers. */
  observe(promptTokens: number, elapsedMs: number, isShared = false): void {
    if (elapsedMs > (isShared ? SLOW_SHARED_STEP_MS : SLOW_STEP_MS))
      this.#tokens = Math.max(Math.min(LEAST_TOKENS, this.mostTokens), this.#tokens >> 1);
    else if (promptTokens >= this.#tokens && elapsedMs < QUICK_STEP_MS) {
      this.#tokens = Math.min(this.#tokens * 2, this.mostTokens);
    }
  }
}

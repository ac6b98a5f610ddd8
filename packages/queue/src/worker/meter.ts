const WINDOW_MS = 60_000;
const STEP_MS = 1_000;

/** Counts what was done over the last minute, second by second. */
export class Meter {
  readonly #steps: { atMs: number; prompts: number; tokens: number }[] = [];
  readonly #startedAtMs: number;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAtMs = now();
  }

  add(tokens: number): void {
    const nowMs = this.#now();
    let step = this.#steps.at(-1);
    if (step === undefined || nowMs - step.atMs >= STEP_MS) {
      step = { atMs: nowMs, prompts: 0, tokens: 0 };
      this.#steps.push(step);
    }
    step.prompts++;
    step.tokens += tokens;
  }

  /** Rates over the last minute, or since the start where that is less. */
  rates(): { promptsPerSecond: number; tokensPerSecond: number } {
    const nowMs = this.#now();
    while (this.#steps[0] !== undefined && nowMs - this.#steps[0].atMs > WINDOW_MS) this.#steps.shift();
    const seconds = Math.max(1, Math.min(WINDOW_MS, nowMs - this.#startedAtMs) / 1000);
    const prompts = this.#steps.reduce((sum, step) => sum + step.prompts, 0);
    const tokens = this.#steps.reduce((sum, step) => sum + step.tokens, 0);
    return { promptsPerSecond: round(prompts / seconds), tokensPerSecond: round(tokens / seconds) };
  }
}

function round(rate: number): number {
  return Math.round(rate * 10) / 10;
}

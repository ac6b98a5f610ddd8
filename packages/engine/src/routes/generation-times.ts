import type { EngineTrace } from "../diagnostics/engine-trace.js";
import type { GenerationResult } from "../generation/run-generation.js";
import { nowNs } from "../wire/timestamp.js";

/** Measures a request: when it came, and when its model was there. */
export class RequestClock {
  readonly #startNs: bigint = nowNs();
  #loadedNs: bigint = this.#startNs;
  #trace: EngineTrace | undefined;

  /** The request's trace covers its answer too. */
  traceBy(trace: EngineTrace): void {
    this.#trace = trace;
  }

  /** A piece of the answer is there. */
  piece(): void {
    this.#trace?.piece();
  }

  /** The model is there. */
  loaded(): void {
    this.#loadedNs = nowNs();
  }

  get totalNs(): number {
    return Number(nowNs() - this.#startNs);
  }

  get loadNs(): number {
    return Number(this.#loadedNs - this.#startNs);
  }

  /** The counts and times of a done line; what is 0 is left out, as Go does. */
  metrics(result: GenerationResult): Record<string, number> {
    this.#trace?.generated(result);
    const metrics = {
      total_duration: this.totalNs,
      load_duration: this.loadNs,
      prompt_eval_count: result.promptCount,
      prompt_eval_duration: Math.round(result.promptNs),
      eval_count: result.evalCount,
      eval_duration: Math.round(result.evalNs),
    };
    return Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== 0));
  }
}

import type { Clock } from "../clock/clock.js";
import type { RequestRecord } from "../measure/request-record.js";
import type { BenchProgress, ResolvedPlan } from "../plan/bench-plan.js";
import type { Scenario } from "../plan/scenario.js";

/** Counts what is done and reports it to a plan's `onProgress`, with an estimate of what is left by the pace so far. */
export class ProgressReporter {
  readonly #scenarios: readonly Scenario[];
  readonly #models: readonly string[];
  readonly #plan: ResolvedPlan;
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #total: number;
  #skipped = 0;
  #done = 0;
  #place: Pick<BenchProgress, "phase" | "model" | "scenarioId" | "trial"> = {
    phase: "preparing",
    model: "",
    scenarioId: "",
    trial: 1,
  };
  #trialStartMs: number;
  #trialRequests = 0;
  #trialTokens = 0;

  constructor(scenarios: readonly Scenario[], models: readonly string[], plan: ResolvedPlan, clock: Clock) {
    this.#scenarios = scenarios;
    this.#models = models;
    this.#plan = plan;
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#trialStartMs = this.#startMs;
    this.#total = models.length * scenarios.reduce((sum, { requests, trials }) => sum + requests * trials, 0);
  }

  enter(phase: BenchProgress["phase"], model: string, scenarioId: string, trial: number): void {
    this.#place = { phase, model, scenarioId, trial };
    this.#trialStartMs = this.#clock.nowMs();
    this.#trialRequests = 0;
    this.#trialTokens = 0;
    this.#report();
  }

  /** A trial that an earlier run has already done. */
  skip({ scenarioId }: { scenarioId: string }): void {
    this.#skipped += this.#scenarios.find(({ id }) => id === scenarioId)?.requests ?? 0;
  }

  take(record: RequestRecord): void {
    if (record.phase === "warmup") return;
    this.#done++;
    this.#trialRequests++;
    this.#trialTokens += record.server.eval_count ?? 0;
    this.#report();
  }

  finish(): void {
    this.#place = { ...this.#place, phase: "done", model: this.#models.at(-1) ?? "" };
    this.#report();
  }

  #report(): void {
    if (this.#plan.onProgress === undefined) return;
    const now = this.#clock.nowMs();
    const elapsedMs = now - this.#startMs;
    const trialSeconds = (now - this.#trialStartMs) / 1000;
    const left = this.#total - this.#skipped - this.#done;
    const rate = (count: number): number | null =>
      trialSeconds > 0 && this.#trialRequests > 0 ? count / trialSeconds : null;
    this.#plan.onProgress({
      ...this.#place,
      trials: this.#scenarios.find(({ id }) => id === this.#place.scenarioId)?.trials ?? this.#plan.trials,
      requestsDone: this.#skipped + this.#done,
      requestsTotal: this.#total,
      requestsPerSecond: rate(this.#trialRequests),
      outputTokensPerSecond: rate(this.#trialTokens),
      elapsedMs,
      etaMs: this.#done === 0 ? null : (elapsedMs / this.#done) * left,
    });
  }
}

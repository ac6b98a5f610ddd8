import { closedLevel } from "../load/bench-load.js";
import type { RequestRecord } from "../measure/request-record.js";
import { METRICS, type MetricName } from "../metrics/metric-definitions.js";
import type { MetricContext } from "../metrics/request-metrics.js";
import { pooled, shareOfMode, toMetrics } from "../metrics/trial-metrics.js";
import type { Scenario } from "../plan/scenario.js";
import type { AggregateResult, ParallelismResult, TrialResult } from "./bench-report.js";

/** All trials of a model in a scenario: requests pooled where each has a value, trials where each has one. */
export function aggregate(
  results: readonly TrialResult[],
  records: readonly RequestRecord[],
  context: MetricContext & { repeatsPrompts: boolean },
): AggregateResult | undefined {
  const first = results[0];
  if (first === undefined) return undefined;
  const values = pooled(
    records.filter((record) => record.error === undefined),
    context,
  );
  for (const name of Object.keys(METRICS) as MetricName[]) {
    if (METRICS[name].per !== "trial") continue;
    const perTrial = results.flatMap((result) => result.metrics[name]?.mean ?? []);
    if (perTrial.length > 0) values[name] = perTrial;
  }
  const determinism = context.repeatsPrompts ? shareOfMode(records) : undefined;
  if (determinism !== undefined) values.determinism = [determinism];
  const sum = (pick: (result: TrialResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  return {
    model: first.model,
    scenarioId: first.scenarioId,
    trials: results.length,
    counts: {
      attempted: sum(({ counts }) => counts.attempted),
      ok: sum(({ counts }) => counts.ok),
      error: sum(({ counts }) => counts.error),
    },
    errors: errorsOf(records),
    metrics: toMetrics(values),
  };
}

const MOST_ERRORS = 5;

/** The commonest errors, each with how often it came. */
export function errorsOf(records: readonly RequestRecord[]): TrialResult["errors"] {
  const counts = new Map<string, { code: string; message: string; count: number }>();
  for (const { error } of records) {
    if (error === undefined) continue;
    const key = `${error.code} ${error.message}`;
    const entry = counts.get(key) ?? { code: error.code, message: error.message, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MOST_ERRORS);
}

/** Throughput by level for each model and prompt that were measured at more than one. */
export function parallelismOf(
  aggregates: readonly AggregateResult[],
  scenarios: readonly Scenario[],
): ParallelismResult[] {
  const groups = new Map<string, Omit<ParallelismResult, "effectiveParallelism">>();
  for (const { model, scenarioId, metrics } of aggregates) {
    const scenario = scenarios.find(({ id }) => id === scenarioId);
    if (scenario === undefined || scenario.state !== "warm") continue;
    const { load, prompt } = scenario;
    const level = closedLevel(load);
    if (level === undefined) continue;
    // Rates compare only where the same was asked.
    const key = JSON.stringify([model, prompt.sha256]);
    const promptTokens = prompt.tokens;
    const group = groups.get(key) ?? { model, ...(promptTokens === undefined ? {} : { promptTokens }), levels: [] };
    groups.set(key, group);
    group.levels.push({
      level,
      scenarioId,
      requestTps: metrics.request_tps?.p["50"] ?? null,
      outputTps: metrics.output_tps?.p["50"] ?? null,
    });
  }
  return [...groups.values()].flatMap((group) => {
    if (group.levels.length < 2) return [];
    const levels = group.levels.sort((a, b) => a.level - b.level);
    const alone = levels.find(({ level }) => level === 1)?.outputTps ?? null;
    const best = Math.max(...levels.map(({ outputTps }) => outputTps ?? 0));
    return [{ ...group, levels, effectiveParallelism: alone === null || alone === 0 ? null : best / alone }];
  });
}

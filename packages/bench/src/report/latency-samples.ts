import type { RequestRecord } from "../measure/request-record.js";
import type { MetricName } from "../metrics/metric-definitions.js";
import { requestMetrics } from "../metrics/request-metrics.js";
import { ascending, percentile } from "../statistics/percentile.js";
import type { BenchReport, LatencySample } from "./bench-report.js";

/** The times of a request that are drawn. */
export const LATENCIES: readonly MetricName[] = ["ttft_ms", "tpot_ms", "e2e_ms"];

/** A report keeps this many of a time's values: more steps cannot be distinguished at a chart's width. */
const MOST_KEPT = 400;

/** What was measured. */
export type MeasuredPlan = Pick<BenchReport, "models" | "scenarios">;

/**
 * How the times of a model's measured requests are distributed, in each scenario. One with fewer than two requests has
 * no distribution.
 * @param records - of trials that were finished
 */
export function latencySamples(plan: MeasuredPlan, records: readonly RequestRecord[]): LatencySample[] {
  const requests = records.filter(({ phase, error }) => phase === "measured" && error === undefined);
  return plan.scenarios.flatMap((scenario) =>
    plan.models.flatMap(({ name: model, format }) => {
      const context = { format, cacheBusted: scenario.prompt.nonce, state: scenario.state };
      const mine = requests.filter((record) => record.model === model && record.scenarioId === scenario.id);
      const metrics = mine.map((record) => requestMetrics(record, context));
      return LATENCIES.flatMap((metric) => {
        const values = ascending(metrics.flatMap((of) => of[metric] ?? []));
        return values.length < 2 ? [] : [{ model, scenarioId: scenario.id, metric, count: values.length, values }];
      });
    }),
  );
}

/** What a report keeps of them, so that its page can be drawn without its journal: to the microsecond. */
export function keptLatencies(plan: MeasuredPlan, records: readonly RequestRecord[]): LatencySample[] {
  return latencySamples(plan, records).map((sample) => ({
    ...sample,
    values: thinned(sample.values).map((value) => Math.round(value * 1000) / 1000),
  }));
}

/** As many values, at even shares of all, the smallest and the largest among them. */
function thinned(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= MOST_KEPT) return sorted;
  return Array.from({ length: MOST_KEPT }, (_, index) => percentile(sorted, index / (MOST_KEPT - 1)));
}

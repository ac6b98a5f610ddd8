import { sameModelName } from "@codo/ollama-contract";
import type { BenchReport } from "../report/bench-report.js";
import type { Comparison, MetricComparison } from "../report/comparison.js";
import { compareTrials, overallVerdict } from "./compare-trials.js";
import { environmentDiff } from "./environment-diff.js";

/** Settings of {@link compareReports}. */
export interface CompareOptions {
  /** The smallest change that matters, as a share. @defaultValue 0.03 */
  threshold?: number;
}

/**
 * Compares two reports of the same plan: each metric of each model and scenario that both have. Says what differs in
 * their surroundings, and whether that makes them incomparable; the numbers are given all the same.
 */
export function compareReports(
  before: BenchReport,
  after: BenchReport,
  { threshold = 0.03 }: CompareOptions = {},
): Comparison {
  const differences = environmentDiff(before, after);
  const metrics: MetricComparison[] = [];
  for (const { name } of before.models) {
    const counterpart = after.models.find((model) => sameModelName(model.name, name));
    if (counterpart === undefined) continue;
    for (const { id: scenarioId } of before.scenarios) {
      const from = before.results.filter((trial) => trial.model === name && trial.scenarioId === scenarioId);
      const to = after.results.filter((trial) => trial.model === counterpart.name && trial.scenarioId === scenarioId);
      if (from.length === 0 || to.length === 0) continue;
      metrics.push(...compareTrials({ model: name, scenarioId, before: from, after: to }, threshold));
    }
  }
  return {
    comparable: metrics.length > 0 && !differences.some((difference) => difference.isBlocking),
    environmentDiff: differences,
    metrics,
    verdict: overallVerdict(metrics),
  };
}

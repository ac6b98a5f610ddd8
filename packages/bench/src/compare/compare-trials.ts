import { HEADLINE_METRICS, METRIC_NAMES, METRICS, type MetricName } from "../metrics/metric-definitions.js";
import type { TrialResult } from "../report/bench-report.js";
import type { MetricComparison, Verdict } from "../report/comparison.js";
import { hodgesLehmann } from "../statistics/hodges-lehmann.js";
import { holm } from "../statistics/holm.js";
import { mannWhitney } from "../statistics/mann-whitney.js";
import { median } from "../statistics/percentile.js";

const SIGNIFICANT = 0.05;

/** Trials of one model in one scenario, before and after. */
export interface TrialPair {
  /** The name that the comparison's rows carry. */
  model: string;
  scenarioId: string;
  before: readonly TrialResult[];
  after: readonly TrialResult[];
}

/**
 * Compares the trial medians metric by metric: requests of one trial are correlated, so that the trial is the unit.
 * Headline metrics are corrected together for each pair; all others are exploratory.
 */
export function compareTrials(pair: TrialPair, threshold: number): MetricComparison[] {
  const rows = METRIC_NAMES.flatMap((metric) => compareMetric(pair, metric));
  const headline = rows.filter((row) => !row.exploratory);
  const corrected = holm(headline.map((row) => row.p));
  headline.forEach((row, index) => {
    row.p = corrected[index] ?? row.p;
  });
  return rows.map((row) => ({ ...row, verdict: verdictOf(row, threshold) }));
}

/** Everything but the verdict, which needs the corrected p-value. */
function compareMetric({ model, scenarioId, before, after }: TrialPair, metric: MetricName): MetricComparison[] {
  const from = trialValues(before, metric);
  const to = trialValues(after, metric);
  if (from.length === 0 || to.length === 0) return [];
  const reference = median(from);
  const shift = hodgesLehmann(from, to);
  // A share of nothing is no share: where the reference is 0 (no errors) the shift stays absolute.
  const scale = reference === 0 ? 1 : Math.abs(reference);
  return [
    {
      metric,
      model,
      scenarioId,
      before: reference,
      after: median(to),
      shift: shift.estimate / scale,
      ci95: shift.ci95 === null ? null : [shift.ci95[0] / scale, shift.ci95[1] / scale],
      p: mannWhitney(from, to),
      verdict: "inconclusive",
      exploratory: !HEADLINE_METRICS.includes(metric),
    },
  ];
}

/** The value of each trial: its median, or its only value. */
export function trialValues(trials: readonly TrialResult[], metric: MetricName): number[] {
  return trials.flatMap((trial) => trial.metrics[metric]?.p["50"] ?? []);
}

/**
 * `same`: the interval lies inside the threshold. `better` or `worse`: significant, and the shift is beyond it.
 * Everything else is inconclusive, whatever it looks like.
 */
function verdictOf({ metric, shift, ci95, p }: MetricComparison, threshold: number): Verdict {
  if (ci95 === null) return "inconclusive";
  if (ci95[0] >= -threshold && ci95[1] <= threshold) return "same";
  if (p >= SIGNIFICANT || Math.abs(shift) < threshold) return "inconclusive";
  return shift > 0 === (METRICS[metric].better === "higher") ? "better" : "worse";
}

/** One verdict over the headline metrics: what got worse outweighs what got better. */
export function overallVerdict(rows: readonly MetricComparison[]): Verdict {
  const headline = rows.filter((row) => !row.exploratory).map((row) => row.verdict);
  if (headline.includes("worse")) return "worse";
  if (headline.includes("better")) return "better";
  return headline.length > 0 && headline.every((verdict) => verdict === "same") ? "same" : "inconclusive";
}

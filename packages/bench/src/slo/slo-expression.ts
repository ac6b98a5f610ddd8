import { OllamaError } from "@codo/ollama-contract";
import { type Comparator, compareBy } from "../metrics/comparator.js";
import { METRIC_NAMES, METRICS, type MetricName } from "../metrics/metric-definitions.js";
import type { Metrics } from "../metrics/trial-metrics.js";

/** A service level objective over a whole scenario, such as `p95(ttft_ms) <= 800` or `error_rate <= 0.01`. */
export interface SloExpression {
  text: string;
  statistic: Statistic;
  metric: MetricName;
  comparator: Comparator;
  bound: number;
}

type Statistic = "p50" | "p90" | "p95" | "p99" | "mean" | "min" | "max";

/** How an objective came out: `met` is `null` when there was too little to judge by, `false` when all requests failed. */
export interface SloOutcome {
  expression: string;
  model: string;
  scenarioId: string;
  value: number | null;
  bound: number;
  met: boolean | null;
}

const FORM =
  /^\s*(?:(p50|p90|p95|p99|mean|min|max)\s*\(\s*([a-z_0-9]+)\s*\)|([a-z_0-9]+))\s*(<=|>=|<|>)\s*([0-9.]+(?:e-?\d+)?)\s*$/i;

/** Reads an objective. A metric without a statistic is its mean when it has one value a trial, and its median otherwise. @throws OllamaError `INVALID_CONFIG` */
export function parseSlo(text: string): SloExpression {
  const [, statistic, inner, bare, comparator, bound] = FORM.exec(text) ?? [];
  const metric = inner ?? bare;
  if (metric === undefined || !(metric in METRICS)) {
    throw new OllamaError(
      "INVALID_CONFIG",
      `"${text}" is not an objective. Write one such as "p95(ttft_ms) <= 800" or "error_rate <= 0.01"; statistics are p50 p90 p95 p99 mean min max, metrics are ${METRIC_NAMES.join(" ")}.`,
    );
  }
  const name = metric as MetricName;
  const fallback: Statistic = METRICS[name].per === "trial" ? "mean" : "p50";
  return {
    text: text.trim(),
    statistic: (statistic?.toLowerCase() as Statistic | undefined) ?? fallback,
    metric: name,
    comparator: comparator as Comparator,
    bound: Number(bound),
  };
}

/** Judges an objective by the metrics of a scenario. */
export function evaluateSlo(
  slo: SloExpression,
  metrics: Metrics,
): Pick<SloOutcome, "expression" | "value" | "bound" | "met"> {
  const metric = metrics[slo.metric];
  const value = metric === undefined ? null : statisticOf(slo.statistic, metric);
  return {
    expression: slo.text,
    value,
    bound: slo.bound,
    met: value === null ? null : compareBy(slo.comparator, value, slo.bound),
  };
}

function statisticOf(statistic: Statistic, metric: NonNullable<Metrics[MetricName]>): number | null {
  switch (statistic) {
    case "mean":
      return metric.mean;
    case "min":
      return metric.min;
    case "max":
      return metric.max;
    default:
      return metric.p[statistic.slice(1) as keyof typeof metric.p];
  }
}

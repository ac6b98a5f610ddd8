import { METRIC_NAMES } from "../metrics/metric-definitions.js";
import type { AggregateResult, BenchReport } from "../report/bench-report.js";
import type { MetricComparison } from "../report/comparison.js";
import { formatBytes, formatChange, formatNumber, formatShare } from "./format-number.js";
import { parallelismName } from "./parallelism-lines.js";
import type { Table } from "./table.js";

/** The metrics of a model in a scenario: median, its interval, and the upper percentiles. */
export function metricsTable({ metrics }: AggregateResult): Table {
  const rows = METRIC_NAMES.flatMap((name) => {
    const metric = metrics[name];
    if (metric === undefined) return [];
    const show = (value: number | null): string => (metric.unit === "ratio" ? formatShare(value) : formatNumber(value));
    const interval = metric.ci95 === null ? "n too small" : `${show(metric.ci95[0])} … ${show(metric.ci95[1])}`;
    return [
      [
        name,
        show(metric.p["50"]),
        interval,
        show(metric.p["95"]),
        show(metric.p["99"]),
        String(metric.n),
        metric.unit === "ratio" ? "" : metric.unit,
      ],
    ];
  });
  return { head: ["metric", "p50", "95 % interval", "p95", "p99", "n", "unit"], rows, numeric: [1, 2, 3, 4, 5] };
}

/** Headline metrics first, then the exploratory ones. */
export function comparisonTable(rows: readonly MetricComparison[]): Table {
  const sorted = [...rows].sort((a, b) => Number(a.exploratory) - Number(b.exploratory));
  return {
    head: ["scenario", "metric", "before", "after", "change", "95 % interval", "p", "verdict"],
    rows: sorted.map((row) => [
      row.scenarioId,
      row.metric,
      formatNumber(row.before),
      formatNumber(row.after),
      formatChange(row.shift),
      row.ci95 === null ? "n too small" : `${formatChange(row.ci95[0])} … ${formatChange(row.ci95[1])}`,
      row.p < 0.001 ? "<0.001" : row.p.toFixed(3),
      row.exploratory ? `${row.verdict} (exploratory)` : row.verdict,
    ]),
    numeric: [2, 3, 4, 5, 6],
  };
}

/** The models, and what they occupied. */
export function modelsTable({ models }: BenchReport): Table {
  return {
    head: ["model", "digest", "parameters", "quantization", "context", "memory", "on GPU"],
    rows: models.map((model) => [
      model.name,
      model.digest?.replace(/^sha256:/, "").slice(0, 12) ?? "–",
      model.parameterSize ?? "–",
      model.quantization ?? "–",
      model.numCtx === undefined ? "–" : String(model.numCtx),
      formatBytes(model.sizeBytes),
      model.sizeBytes === undefined || model.sizeBytes === 0
        ? "–"
        : formatShare((model.sizeVramBytes ?? 0) / model.sizeBytes),
    ]),
    numeric: [4, 5, 6],
  };
}

/** Objectives and how they came out. */
export function sloTable({ slo }: BenchReport): Table {
  return {
    head: ["objective", "model", "scenario", "value", "outcome"],
    rows: slo.map(({ expression, model, scenarioId, value, met }) => [
      expression,
      model,
      scenarioId,
      formatNumber(value),
      met === null ? "undecided" : met ? "met" : "VIOLATED",
    ]),
    numeric: [3],
  };
}

/** Quality checks with their Wilson intervals. */
export function qualityTable({ quality }: BenchReport): Table {
  return {
    head: ["check", "model", "scenario", "passed", "rate", "95 % interval"],
    rows: quality.map(({ check, model, scenarioId, passed, n, rate, ci95 }) => [
      check,
      model,
      scenarioId,
      `${passed}/${n}`,
      formatShare(rate),
      ci95 === null ? "–" : `${formatShare(ci95[0])} … ${formatShare(ci95[1])}`,
    ]),
    numeric: [3, 4, 5],
  };
}

/** Throughput by level. */
export function parallelismTable({ parallelism }: BenchReport): Table {
  return {
    head: ["model", "concurrency", "requests/s", "tokens/s"],
    rows: parallelism.flatMap((result) =>
      result.levels.map(({ level, requestTps, outputTps }) => [
        parallelismName(result),
        String(level),
        formatNumber(requestTps),
        formatNumber(outputTps),
      ]),
    ),
    numeric: [1, 2, 3],
  };
}

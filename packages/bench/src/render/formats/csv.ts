import { csvRow, sameModelName } from "@codo/ollama-contract";
import { METRIC_NAMES, type MetricName } from "../../metrics/metric-definitions.js";
import type { BenchReport } from "../../report/bench-report.js";
import type { Comparison } from "../../report/comparison.js";

const HEAD = [
  "model",
  "scenario",
  "trial",
  "metric",
  "unit",
  "better",
  "source",
  "n",
  "mean",
  "sd",
  "min",
  "p50",
  "p90",
  "p95",
  "p99",
  "max",
  "ci95_low",
  "ci95_high",
];

/** What a baseline adds to the rows of all trials. */
const BASELINE_HEAD = ["baseline_p50", "shift", "shift_ci95_low", "shift_ci95_high", "verdict"];

/**
 * One row for each metric of each trial, and one with the trial `all` for all of them together (RFC 4180). A baseline
 * adds columns at the end.
 */
export function renderCsv(report: BenchReport, baseline?: Comparison): string {
  const rows: (string | number | null)[][] = [];
  const add = (
    model: string,
    scenarioId: string,
    trial: string | number,
    metrics: BenchReport["aggregates"][number]["metrics"],
  ): void => {
    for (const name of METRIC_NAMES) {
      const metric = metrics[name];
      if (metric === undefined) continue;
      const { unit, better, source, n, mean, sd, min, max, p, ci95 } = metric;
      rows.push([
        model,
        scenarioId,
        trial,
        name,
        unit,
        better,
        source,
        n,
        mean,
        sd,
        min,
        p["50"],
        p["90"],
        p["95"],
        p["99"],
        max,
        ci95?.[0] ?? null,
        ci95?.[1] ?? null,
        ...(baseline === undefined ? [] : baselineCells(baseline, { model, scenarioId, trial, name })),
      ]);
    }
  };
  for (const { model, scenarioId, trial, metrics } of report.results) add(model, scenarioId, trial, metrics);
  for (const { model, scenarioId, metrics } of report.aggregates) add(model, scenarioId, "all", metrics);
  const head = baseline === undefined ? HEAD : [...HEAD, ...BASELINE_HEAD];
  return [head, ...rows].map(csvRow).join("");
}

function baselineCells(
  { metrics }: Comparison,
  at: { model: string; scenarioId: string; trial: string | number; name: MetricName },
): (string | number | null)[] {
  const found = metrics.find(
    ({ metric, model, scenarioId }) =>
      metric === at.name && sameModelName(model, at.model) && scenarioId === at.scenarioId,
  );
  if (at.trial !== "all" || found === undefined) return BASELINE_HEAD.map(() => null);
  const { before, shift, ci95, verdict } = found;
  return [before, shift, ci95?.[0] ?? null, ci95?.[1] ?? null, verdict];
}

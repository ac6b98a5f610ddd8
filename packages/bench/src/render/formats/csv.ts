import { csvRow } from "@codo/ollama-contract";
import { METRIC_NAMES } from "../../metrics/metric-definitions.js";
import type { BenchReport } from "../../report/bench-report.js";

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

/** One row for each metric of each trial, and one with the trial `all` for all of them together (RFC 4180). */
export function renderCsv(report: BenchReport): string {
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
      ]);
    }
  };
  for (const { model, scenarioId, trial, metrics } of report.results) add(model, scenarioId, trial, metrics);
  for (const { model, scenarioId, metrics } of report.aggregates) add(model, scenarioId, "all", metrics);
  return [HEAD, ...rows].map(csvRow).join("");
}

import { recordsOfTrials } from "../../journal/trials.js";
import type { RequestRecord } from "../../measure/request-record.js";
import type { MetricName } from "../../metrics/metric-definitions.js";
import type { BenchReport, LatencySample } from "../../report/bench-report.js";
import { latencySamples } from "../../report/latency-samples.js";
import { distributionChart } from "./distribution-chart.js";
import { histogramChart } from "./histogram-chart.js";

/** The distribution of one model's requests. */
export type RequestSeries = Pick<LatencySample, "count" | "values"> & { name: string };

/** The distributions of a report: from the requests of its journal where they are known, else what it keeps of them. */
export function latenciesOf(report: BenchReport, journal: readonly RequestRecord[]): readonly LatencySample[] {
  if (journal.length === 0) return report.latencies ?? [];
  return latencySamples(report, recordsOfTrials(journal, report.results));
}

/** How one time is distributed, twice: as shares that add up, and as a histogram. */
export function latencyFigures(series: readonly RequestSeries[], scenarioId: string, metric: MetricName): string[] {
  return [distributionChart(series, scenarioId, metric), histogramChart(series, scenarioId, metric)];
}

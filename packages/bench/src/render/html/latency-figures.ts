import type { MetricName } from "../../metrics/metric-definitions.js";
import { distributionChart } from "./distribution-chart.js";
import { histogramChart } from "./histogram-chart.js";
import type { RequestSeries } from "./request-series.js";

/** The times of a request that are drawn. */
export const LATENCIES: readonly MetricName[] = ["ttft_ms", "tpot_ms", "e2e_ms"];

/** How one time is distributed, twice: as shares that add up, and as a histogram. */
export function latencyFigures(series: readonly RequestSeries[], scenarioId: string, metric: MetricName): string[] {
  return [distributionChart(series, scenarioId, metric), histogramChart(series, scenarioId, metric)];
}

import type { RequestRecord } from "../../measure/request-record.js";
import type { MetricName } from "../../metrics/metric-definitions.js";
import { requestMetrics } from "../../metrics/request-metrics.js";
import type { BenchReport } from "../../report/bench-report.js";
import { ascending } from "../../statistics/percentile.js";

/** One model's requests in one metric, smallest first. */
export interface RequestSeries {
  name: string;
  values: number[];
}

/** The measured requests of each model in a scenario; a model with fewer than two has no distribution. */
export function requestSeries(
  report: BenchReport,
  requests: readonly RequestRecord[],
  scenarioId: string,
  metric: MetricName,
): RequestSeries[] {
  return report.models.flatMap(({ name, format }) => {
    const scenario = report.scenarios.find(({ id }) => id === scenarioId);
    const context = { format, cacheBusted: scenario?.prompt.nonce ?? false, state: scenario?.state ?? "warm" } as const;
    const mine = requests.filter(
      (record) =>
        record.phase === "measured" &&
        record.error === undefined &&
        record.model === name &&
        record.scenarioId === scenarioId,
    );
    const values = ascending(mine.flatMap((record) => requestMetrics(record, context)[metric] ?? []));
    return values.length < 2 ? [] : [{ name, values }];
  });
}

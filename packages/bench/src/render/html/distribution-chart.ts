import { scaleLinear } from "d3-scale";
import { curveStepAfter, line } from "d3-shape";
import { METRICS, type MetricName } from "../../metrics/metric-definitions.js";
import { percentile } from "../../statistics/percentile.js";
import { formatNumber } from "../format-number.js";
import { axes, FRAME, figure, round } from "./chart.js";
import type { RequestSeries } from "./latency-figures.js";

/** More steps than this cannot be distinguished at the chart's width. */
const MOST_POINTS = 400;

/** For each series the share of requests that were done within a time: the whole distribution, nothing averaged away. */
export function distributionChart(series: readonly RequestSeries[], scenarioId: string, metric: MetricName): string {
  if (series.length === 0) return "";
  const most = Math.max(...series.map(({ values }) => values.at(-1) ?? 0));
  const x = scaleLinear([0, most * 1.02 || 1], [FRAME.left, FRAME.width - FRAME.right]).nice();
  const y = scaleLinear([0, 1], [FRAME.height - FRAME.bottom, FRAME.top]);
  const lines = series.map(({ values }, index) => {
    const step = Math.max(1, Math.ceil(values.length / MOST_POINTS));
    const points: [number, number][] = [[x(values[0] ?? 0), y(0)]];
    for (let i = 0; i < values.length; i += step) points.push([x(values[i] ?? 0), y((i + 1) / values.length)]);
    points.push([x(values.at(-1) ?? 0), y(1)]);
    return `<path class="line s${index % 8}" d="${line().curve(curveStepAfter).digits(2)(points) ?? ""}"/>`;
  });
  const median = series.map(
    ({ values }, index) =>
      `<circle class="dot s${index % 8}" cx="${round(x(percentile(values, 0.5)))}" cy="${y(0.5)}" r="4"/>`,
  );
  return figure({
    title: `${metric} · ${scenarioId}`,
    note: `How large a share of the requests stayed at or under each value; the dot is the median. ${metric}: ${METRICS[metric].description}.`,
    svg:
      axes(x, y, { x: `${metric} (${METRICS[metric].unit})`, y: "share of requests" }) +
      lines.join("") +
      median.join(""),
    series: series.map(({ name }) => name),
    table: {
      head: ["model", "n", "p10", "p25", "p50", "p75", "p90", "max"],
      rows: series.map(({ name, count, values }) => [
        name,
        String(count),
        ...[0.1, 0.25, 0.5, 0.75, 0.9, 1].map((p) => formatNumber(percentile(values, p))),
      ]),
      numeric: [1, 2, 3, 4, 5, 6, 7],
    },
  });
}

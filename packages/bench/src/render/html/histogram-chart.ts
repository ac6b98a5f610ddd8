import { scaleLinear } from "d3-scale";
import { METRICS, type MetricName } from "../../metrics/metric-definitions.js";
import { formatNumber } from "../format-number.js";
import { axes, FRAME, figure, round } from "./chart.js";
import type { RequestSeries } from "./latency-figures.js";

const MOST_BINS = 24;

/** How many requests took how long: bars beside each other, one colour for each series. */
export function histogramChart(series: readonly RequestSeries[], scenarioId: string, metric: MetricName): string {
  if (series.length === 0) return "";
  const all = series.flatMap(({ values }) => values);
  // About the square root of the sample, which shows its shape without its noise.
  const requests = series.reduce((sum, { count }) => sum + count, 0);
  const count = Math.min(MOST_BINS, Math.max(4, Math.ceil(Math.sqrt(requests))));
  const x = scaleLinear([Math.min(...all), Math.max(...all)], [FRAME.left, FRAME.width - FRAME.right]).nice(count);
  const [from = 0, to = 1] = x.domain();
  const width = (to - from) / count || 1;
  const binOf = (value: number): number => Math.min(count - 1, Math.floor((value - from) / width));
  const bins = series.map((one) => {
    const counts = new Array<number>(count).fill(0);
    for (const value of one.values) counts[binOf(value)] = (counts[binOf(value)] ?? 0) + 1;
    // Of many requests some stand for all.
    return counts.map((counted) => Math.round((counted * one.count) / one.values.length));
  });
  const y = scaleLinear([0, Math.max(...bins.flat())], [FRAME.height - FRAME.bottom, FRAME.top]).nice();
  const step = (FRAME.width - FRAME.right - FRAME.left) / count;
  const bar = Math.max(1, (step - 2) / series.length);
  const bars = bins.flatMap((counts, index) =>
    counts.map((requests, bin) => {
      const top = y(requests);
      const at = FRAME.left + step * bin + 1 + bar * index;
      const size = `width="${round(bar)}" height="${round(FRAME.height - FRAME.bottom - top)}"`;
      return requests === 0 ? "" : `<rect class="bar s${index % 8}" x="${round(at)}" y="${round(top)}" ${size}/>`;
    }),
  );
  const { description, unit } = METRICS[metric];
  return figure({
    title: `${metric} · ${scenarioId} · histogram`,
    note: `How many requests had each value. ${metric}: ${description}.`,
    svg: axes(x, y, { x: `${metric} (${unit})`, y: "requests" }) + bars.join(""),
    series: series.map(({ name }) => name),
    table: {
      head: ["from", "to", ...series.map(({ name }) => name)],
      rows: Array.from({ length: count }, (_, bin) => [
        formatNumber(from + bin * width),
        formatNumber(from + (bin + 1) * width),
        ...bins.map((counts) => String(counts[bin] ?? 0)),
      ]),
      numeric: [0, 1, ...series.map((_, index) => index + 2)],
    },
  });
}

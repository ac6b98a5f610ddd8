import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { loadName } from "../../load/bench-load.js";
import { METRICS, type MetricName } from "../../metrics/metric-definitions.js";
import type { BenchReport } from "../../report/bench-report.js";
import { formatNumber } from "../format-number.js";
import { parallelismLines, parallelismName } from "../parallelism-lines.js";
import { axes, FRAME, figure, round } from "./chart.js";

interface Series {
  name: string;
  points: { x: number; y: number; low?: number | undefined; high?: number | undefined }[];
}

/** Output rate against the number of requests in flight together. */
export function throughputChart(report: BenchReport): string {
  const series = report.parallelism.map((result) => ({
    name: parallelismName(result),
    points: result.levels.flatMap(({ level, outputTps }) => (outputTps === null ? [] : [{ x: level, y: outputTps }])),
  }));
  const reached = parallelismLines(report).join("; ");
  return lineChart(series, {
    title: "Throughput by concurrency",
    note: `Generated tokens per second of the window. ${reached}. A flat line is queueing, a rising one is batching.`,
    x: "concurrency",
    y: "tokens/s",
  });
}

/** A rate against the length of the prompt. */
export function depthChart(report: BenchReport, metric: MetricName): string {
  const series = report.models.flatMap(({ name }) =>
    [...scenariosByLoad(report)].map(([load, depths], _, loads) => ({
      name: loads.length === 1 ? name : `${name}, ${load}`,
      points: depths.flatMap(({ scenarioId, tokens }) => {
        const found = report.aggregates.find((one) => one.model === name && one.scenarioId === scenarioId)?.metrics[
          metric
        ];
        if (found === undefined || found.p["50"] === null) return [];
        return [{ x: tokens, y: found.p["50"], low: found.ci95?.[0], high: found.ci95?.[1] }];
      }),
    })),
  );
  return lineChart(series, {
    title: `${metric} by context depth`,
    note: `Median with its 95 % interval: ${METRICS[metric].description}.`,
    x: "prompt tokens",
    y: METRICS[metric].unit,
  });
}

/** The scenarios of the depth axis for each load, shortest prompts first. */
function scenariosByLoad({ scenarios }: BenchReport): Map<string, { scenarioId: string; tokens: number }[]> {
  const byLoad = new Map<string, { scenarioId: string; tokens: number }[]>();
  for (const { id, prompt, state, load } of scenarios) {
    if (prompt.source !== "corpus" || prompt.tokens === undefined || state !== "warm") continue;
    const name = loadName(load);
    byLoad.set(
      name,
      [...(byLoad.get(name) ?? []), { scenarioId: id, tokens: prompt.tokens }].sort((a, b) => a.tokens - b.tokens),
    );
  }
  return byLoad;
}

function lineChart(all: readonly Series[], names: { title: string; note: string; x: string; y: string }): string {
  const series = all.filter(({ points }) => points.length > 0);
  const points = series.flatMap((one) => one.points);
  if (points.length < 2) return "";
  const x = scaleLinear(
    [0, Math.max(...points.map((point) => point.x))],
    [FRAME.left, FRAME.width - FRAME.right],
  ).nice();
  const y = scaleLinear(
    [0, Math.max(...points.map((point) => point.high ?? point.y)) * 1.05],
    [FRAME.height - FRAME.bottom, FRAME.top],
  ).nice();
  const interval = (point: Series["points"][number], index: number): string =>
    point.low === undefined || point.high === undefined
      ? ""
      : `<line class="whisker s${index % 8}" x1="${round(x(point.x))}" x2="${round(x(point.x))}" y1="${round(y(point.low))}" y2="${round(y(point.high))}"/>`;
  const marks = series.map((one, index) => {
    const path = line<Series["points"][number]>(
      (point) => x(point.x),
      (point) => y(point.y),
    ).digits(2)(one.points);
    const dots = one.points.map(
      (point) =>
        `<circle class="dot s${index % 8}" cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="4"/>${interval(point, index)}`,
    );
    return `<path class="line s${index % 8}" d="${path ?? ""}"/>${dots.join("")}`;
  });
  return figure({
    title: names.title,
    note: names.note,
    svg: axes(x, y, { x: names.x, y: names.y }) + marks.join(""),
    series: series.map(({ name }) => name),
    table: {
      head: ["model", names.x, names.y],
      rows: series.flatMap(({ name, points: mine }) =>
        mine.map((point) => [name, String(point.x), formatNumber(point.y)]),
      ),
      numeric: [1, 2],
    },
  });
}

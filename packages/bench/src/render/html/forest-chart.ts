import { scaleLinear } from "d3-scale";
import type { ModelComparison } from "../../report/bench-report.js";
import { escapeMarkup as esc } from "../escape-markup.js";
import { formatChange } from "../format-number.js";
import { comparisonTable } from "../report-tables.js";
import { figure, round } from "./chart.js";

const ROW = 26;

/** Each headline metric's change with its interval, around the line of no change. */
export function forestChart({
  baseline,
  candidate,
  metrics,
}: Pick<ModelComparison, "baseline" | "candidate" | "metrics">): string {
  const rows = metrics.filter((row) => !row.exploratory);
  if (rows.length === 0) return "";
  const frame = { width: 640, height: rows.length * ROW + 60, top: 8, right: 120, bottom: 40, left: 210 };
  const reach = Math.max(0.05, ...rows.flatMap(({ shift, ci95 }) => [shift, ...(ci95 ?? [])].map(Math.abs)));
  const x = scaleLinear([-reach * 1.1, reach * 1.1], [frame.left, frame.width - frame.right]);
  const bottom = frame.height - frame.bottom;
  const ticks = x
    .ticks(5)
    .map(
      (value) =>
        `<line class="grid" x1="${round(x(value))}" x2="${round(x(value))}" y1="${frame.top}" y2="${bottom}"/><text class="tick" x="${round(x(value))}" y="${bottom + 16}" text-anchor="middle">${esc(formatChange(value))}</text>`,
    );
  const marks = rows.map(({ metric, scenarioId, shift, ci95, verdict }, index) => {
    const at = frame.top + ROW * index + ROW / 2;
    const whisker =
      ci95 === null
        ? ""
        : `<line class="whisker ${verdict}" x1="${round(x(ci95[0]))}" x2="${round(x(ci95[1]))}" y1="${at}" y2="${at}"/>`;
    return `<text class="label" x="${frame.left - 8}" y="${at + 4}" text-anchor="end">${esc(metric)} <tspan class="faint">${esc(scenarioId)}</tspan></text>${whisker}<circle class="dot ${verdict}" cx="${round(x(shift))}" cy="${at}" r="5"/><text class="label ${verdict}" x="${frame.width - frame.right + 10}" y="${at + 4}">${esc(verdict)}</text>`;
  });
  const zero = `<line class="zero" x1="${round(x(0))}" x2="${round(x(0))}" y1="${frame.top}" y2="${bottom}"/>`;
  const name = `<text class="axis" x="${(frame.left + frame.width - frame.right) / 2}" y="${frame.height - 6}" text-anchor="middle">change against ${esc(baseline)}</text>`;
  return figure({
    title: `${candidate} against ${baseline}`,
    note: "Shift of each headline metric with its 95 % interval. For times less is better, for rates more.",
    svg: ticks.join("") + zero + marks.join("") + name,
    frame,
    series: [],
    table: comparisonTable(metrics),
  });
}

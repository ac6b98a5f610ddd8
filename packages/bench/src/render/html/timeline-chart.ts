import { scaleLinear } from "d3-scale";
import type { RequestRecord } from "../../measure/request-record.js";
import { escapeMarkup as esc } from "../escape-markup.js";
import { formatNumber } from "../format-number.js";
import { axes, figure, round } from "./chart.js";

/** A page with more bars than this is slow and shows nothing more. */
const MOST_REQUESTS = 150;
const ROW = 5;

/** Each request as a bar in time: waiting to be sent, waiting for the first token, generating. */
export function timelineChart(requests: readonly RequestRecord[], model: string, scenarioId: string): string {
  const all = requests.filter(
    (record) => record.phase === "measured" && record.model === model && record.scenarioId === scenarioId,
  );
  const shown = all.slice(0, MOST_REQUESTS);
  const first = shown[0];
  if (first === undefined) return "";
  const startMs = Math.min(...shown.map(({ scheduledMs }) => scheduledMs));
  const endMs = Math.max(...shown.map(({ doneMs }) => doneMs));
  const frame = {
    width: 560,
    height: Math.max(120, shown.length * ROW + 60),
    top: 10,
    right: 16,
    bottom: 44,
    left: 64,
  };
  const x = scaleLinear([0, endMs - startMs || 1], [frame.left, frame.width - frame.right]);
  const y = scaleLinear([0, shown.length], [frame.top, frame.height - frame.bottom]);
  const bars = shown.map((record, index) => {
    const top = round(y(index));
    const height = round(Math.max(1, y(index + 1) - y(index) - 1));
    const bar = (kind: string, from: number, to: number): string =>
      to <= from
        ? ""
        : `<rect class="${kind}" x="${round(x(from - startMs))}" y="${top}" width="${round(x(to - startMs) - x(from - startMs))}" height="${height}"/>`;
    const firstMs = record.firstChunkMs ?? record.doneMs;
    const failed = record.error === undefined ? "" : ` failed: ${record.error.message}`;
    return `<g class="request"><title>${esc(`request ${index + 1}, trial ${record.trial}: ${formatNumber(record.doneMs - record.sentMs)} ms${failed}`)}</title>${bar("wait", record.scheduledMs, record.sentMs)}${bar(record.error === undefined ? "prefill" : "failed", record.sentMs, firstMs)}${bar("decode", firstMs, record.doneMs)}</g>`;
  });
  const more = all.length > shown.length ? ` The first ${shown.length} of ${all.length} requests.` : "";
  return figure({
    title: `Timeline · ${model} · ${scenarioId}`,
    note: `Light: until the first token; dark: generating; grey: due but not yet sent; red: failed.${more}`,
    svg: axes(x, y, { x: "ms", y: "request" }, frame) + bars.join(""),
    frame,
    series: [],
    table: {
      head: ["request", "trial", "sent after ms", "first token ms", "done ms", "outcome"],
      rows: shown.map((record, index) => [
        String(index + 1),
        String(record.trial),
        formatNumber(record.sentMs - startMs),
        formatNumber(record.firstChunkMs === undefined ? null : record.firstChunkMs - record.sentMs),
        formatNumber(record.doneMs - record.sentMs),
        record.error?.message ?? record.doneReason ?? "ok",
      ]),
      numeric: [0, 1, 2, 3, 4],
    },
  });
}

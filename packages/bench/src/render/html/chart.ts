import { escapeMarkup as esc } from "../escape-markup.js";
import type { Table } from "../table.js";
import { htmlTable } from "./html-table.js";

/** Size and margins of a chart in SVG units. */
export interface Frame {
  width: number;
  height: number;
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** The frame that most charts share. */
export const FRAME: Frame = { width: 560, height: 260, top: 12, right: 16, bottom: 44, left: 64 };

/** What {@link axes} needs of a scale: any continuous d3 scale has it. */
export interface AxisScale {
  (value: number): number | undefined;
  ticks(count?: number): number[];
  tickFormat(count?: number, specifier?: string): (value: number) => string;
}

/** Both axes with their grid and names. */
export function axes(x: AxisScale, y: AxisScale, names: { x: string; y: string }, frame: Frame = FRAME): string {
  const bottom = frame.height - frame.bottom;
  const right = frame.width - frame.right;
  const formatX = x.tickFormat(6);
  const formatY = y.tickFormat(5);
  const vertical = x.ticks(6).map((value) => {
    const at = round(x(value) ?? 0);
    return `<line class="grid" x1="${at}" x2="${at}" y1="${frame.top}" y2="${bottom}"/><text class="tick" x="${at}" y="${bottom + 16}" text-anchor="middle">${esc(formatX(value))}</text>`;
  });
  const horizontal = y.ticks(5).map((value) => {
    const at = round(y(value) ?? 0);
    return `<line class="grid" x1="${frame.left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick" x="${frame.left - 8}" y="${at + 4}" text-anchor="end">${esc(formatY(value))}</text>`;
  });
  const nameX = `<text class="axis" x="${(frame.left + right) / 2}" y="${frame.height - 6}" text-anchor="middle">${esc(names.x)}</text>`;
  const middle = (frame.top + bottom) / 2;
  const nameY = `<text class="axis" x="14" y="${middle}" text-anchor="middle" transform="rotate(-90 14 ${middle})">${esc(names.y)}</text>`;
  return [...vertical, ...horizontal, nameX, nameY].join("");
}

/** A chart with its caption, its legend, and the same numbers as a table behind it. */
export function figure({
  title,
  note,
  svg,
  frame = FRAME,
  series,
  table,
}: {
  title: string;
  note: string;
  svg: string;
  frame?: Frame;
  series: readonly string[];
  table: Table;
}): string {
  const legend =
    series.length < 2
      ? ""
      : `<ul class="legend">${series.map((name, index) => `<li><span class="swatch s${index % 8}"></span>${esc(name)}</li>`).join("")}</ul>`;
  return `<figure><h3>${esc(title)}</h3><svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${esc(`${title}. ${note}`)}">${svg}</svg>${legend}<figcaption>${esc(note)}</figcaption><details><summary>Table</summary>${htmlTable(table)}</details></figure>`;
}

/** Coordinates need no more than a hundredth of a unit. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

import { cutLine, onOneLine, padTo, textWidth } from "./text-layout.js";

/** A column of a table. */
export interface Column {
  title: string;
  align?: "left" | "right";
}

/** How a table is laid out. */
export interface TableLayout {
  /** Columns that a row may take; `Infinity` where nothing is cut. */
  width: number;
  /** Sets the head off. */
  head?: (text: string) => string;
}

const GAP = "    ";
/** Between columns where the table would not fit with the usual gap. */
const NARROW_GAP = "  ";
const LEAST_WIDTH = 8;
/** Up to this a column is short: an id, a size, an age. */
const SHORT_WIDTH = 27;
const LEAST_WIDE = 16;

/**
 * A table as Ollama's users know it: a head in capitals, columns apart by four spaces, each row on one line. Where it is
 * wider than the terminal, the gaps shrink to two and the widest columns are cut, with an ellipsis.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, head = (text) => text }: TableLayout,
): string {
  const cells = rows.map((row) => columns.map((_, index) => onOneLine(row[index] ?? "")));
  const natural = columns.map(({ title }, index) =>
    Math.max(textWidth(title), ...cells.map((row) => textWidth(row[index] ?? ""))),
  );
  const gap = sum(natural) + GAP.length * (columns.length - 1) <= width ? GAP : NARROW_GAP;
  const widths = fitWidths(natural, width - gap.length * (columns.length - 1));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => fitCell(cell, widths[index] ?? 0, columns[index]?.align))
      .join(gap)
      .trimEnd();
  return [
    head(cutLine(line(columns.map(({ title }) => title)), width)),
    ...cells.map((row) => cutLine(line(row), width)),
  ].join("\n");
}

function fitCell(cell: string, width: number, align: Column["align"]): string {
  return padTo(cutLine(cell, width), width, align === "right" ? "left" : "right");
}

// Wide columns give way first, so that an id or "2.0 GB" beside them stays whole; then all of them.
function fitWidths(natural: readonly number[], available: number): number[] {
  const steps: ((width: number) => number)[] = [
    (width) => (width > SHORT_WIDTH ? LEAST_WIDE : width),
    (width) => (width > SHORT_WIDTH ? LEAST_WIDTH : width),
    (width) => Math.min(width, LEAST_WIDTH),
  ];
  return steps.reduce((widths, least) => narrow(widths, natural.map(least), available), [...natural]);
}

function narrow(start: readonly number[], least: readonly number[], available: number): number[] {
  const widths = [...start];
  for (let excess = sum(widths) - available; excess > 0; excess--) {
    const room = widths.map((width, index) => (width > (least[index] ?? 0) ? width : 0));
    const widest = room.indexOf(Math.max(...room));
    if ((room[widest] ?? 0) === 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

import { padTo, textWidth, wrapText } from "./text-layout.js";

/** A column of a table. */
export interface Column {
  title: string;
  align?: "left" | "right";
}

/** How a table is laid out. */
export interface TableLayout {
  /** Columns of the terminal. */
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
 * A table as Ollama's users know it: a head in capitals, columns apart by four spaces. Where it is wider than the
 * terminal, the gaps shrink to two and the widest columns wrap; nothing is cut off.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, head = (text) => text }: TableLayout,
): string {
  const widest = (measure: (text: string) => number) =>
    columns.map(({ title }, index) => Math.max(measure(title), ...rows.map((row) => measure(row[index] ?? ""))));
  const natural = widest(longestLine);
  const gap = sum(natural) + GAP.length * (columns.length - 1) <= width ? GAP : NARROW_GAP;
  const widths = fitWidths(natural, widest(longestWord), width - gap.length * (columns.length - 1));
  const line = (cells: readonly string[]) => renderRow(cells, columns, { widths, gap });
  return [head(line(columns.map(({ title }) => title))), ...rows.map(line)].join("\n");
}

function renderRow(
  cells: readonly string[],
  columns: readonly Column[],
  { widths, gap }: { widths: readonly number[]; gap: string },
): string {
  const wrapped = columns.map((_, index) => wrapText(cells[index] ?? "", widths[index] ?? 1));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, row) =>
    wrapped
      .map((cell, index) =>
        padTo(cell[row] ?? "", widths[index] ?? 0, columns[index]?.align === "right" ? "left" : "right"),
      )
      .join(gap)
      .trimEnd(),
  );
  return lines.join("\n");
}

// Wide columns give way first, then with their words broken, so that an id or "2.0 GB" beside them stays in one piece;
// then short columns as long as no word is broken, and at last all of them.
function fitWidths(natural: readonly number[], unbroken: readonly number[], available: number): number[] {
  const isWide = (index: number) => (natural[index] ?? 0) > SHORT_WIDTH;
  const steps: ((index: number) => number)[] = [
    (index) => (isWide(index) ? (unbroken[index] ?? 0) : (natural[index] ?? 0)),
    (index) => (isWide(index) ? LEAST_WIDE : (natural[index] ?? 0)),
    (index) => (isWide(index) ? LEAST_WIDE : (unbroken[index] ?? 0)),
    () => LEAST_WIDTH,
  ];
  let widths: readonly number[] = natural;
  for (const least of steps) {
    widths = narrow(
      widths,
      widths.map((_, index) => least(index)),
      available,
    );
  }
  return [...widths];
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

function longestWord(text: string): number {
  return Math.max(0, ...text.split(/\s+/).map(textWidth));
}

function longestLine(text: string): number {
  return Math.max(0, ...text.split("\n").map(textWidth));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

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
const LEAST_WIDTH = 8;

/**
 * A table as Ollama's users know it: a head in capitals, columns apart by four spaces. Where it is wider than the
 * terminal, the widest columns wrap; nothing is cut off.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, head = (text) => text }: TableLayout,
): string {
  const widths = fitWidths(
    columns.map(({ title }, index) => Math.max(textWidth(title), ...rows.map((row) => longestLine(row[index] ?? "")))),
    width - GAP.length * (columns.length - 1),
  );
  const line = (cells: readonly string[]) => renderRow(cells, columns, widths);
  return [head(line(columns.map(({ title }) => title))), ...rows.map(line)].join("\n");
}

function renderRow(cells: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const wrapped = columns.map((_, index) => wrapText(cells[index] ?? "", widths[index] ?? 1));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, row) =>
    wrapped
      .map((cell, index) =>
        padTo(cell[row] ?? "", widths[index] ?? 0, columns[index]?.align === "right" ? "left" : "right"),
      )
      .join(GAP)
      .trimEnd(),
  );
  return lines.join("\n");
}

function fitWidths(natural: readonly number[], available: number): number[] {
  const widths = [...natural];
  for (let excess = sum(widths) - available; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= LEAST_WIDTH) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function longestLine(text: string): number {
  return Math.max(0, ...text.split("\n").map(textWidth));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

import { visibleControls } from "./visible-controls.js";

/**
 * A row of a CSV file with its line end, as RFC 4180 has it. A text that a spreadsheet would run as a formula gets an
 * apostrophe before it, and control characters are shown as their names. `undefined` and `null` are empty cells.
 */
export function csvRow(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: unknown): string {
  if (cell === undefined || cell === null) return "";
  // A number that is negative is one, and no formula.
  if (typeof cell !== "string") return quoted(String(cell));
  const text = visibleControls(cell);
  return quoted(/^\s*[=+\-@|%＝＋－＠]|^[\t\n]/.test(text) ? `'${text}` : text);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { escapeMarkup as esc } from "../escape-markup.js";
import type { Table } from "../table.js";

/** A table in HTML, its head marked as such for readers that speak. */
export function htmlTable({ head, rows, numeric = [] }: Table, caption?: string): string {
  const kind = (column: number): string => (numeric.includes(column) ? ' class="n"' : "");
  const title = caption === undefined ? "" : `<caption>${esc(caption)}</caption>`;
  const heads = head.map((cell, column) => `<th scope="col"${kind(column)}>${esc(cell)}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${row.map((cell, column) => `<td${kind(column)}>${esc(cell)}</td>`).join("")}</tr>`)
    .join("");
  return `<div class="scroll"><table>${title}<thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

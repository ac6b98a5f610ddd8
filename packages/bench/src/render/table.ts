import { escapeMarkdown } from "@codo/ollama-contract";

/** A table of texts: a head and rows of the same length. */
export interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** Columns that hold numbers and stand to the right, by place. */
  numeric?: readonly number[];
}

/** A table in plain text, columns aligned by two blanks. */
export function textTable({ head, rows, numeric = [] }: Table): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        numeric.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [line(head), ...rows.map(line)].join("\n");
}

/** A table in Markdown. */
export function markdownTable({ head, rows, numeric = [] }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [
    line(head),
    `| ${head.map((_, column) => (numeric.includes(column) ? "---:" : "---")).join(" | ")} |`,
    ...rows.map(line),
  ].join("\n");
}

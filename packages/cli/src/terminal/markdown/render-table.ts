import type { Token, Tokens } from "marked";
import { padTo, textWidth } from "../text-layout.js";
import { type MarkdownLayout, renderInline } from "./render-inline.js";

const GAP = "  ";

/** A table of Markdown in columns; where it is wider than the terminal, each row one below the other. Nothing is cut. */
export function renderMarkdownTable({ header, rows, align }: Tokens.Table, layout: MarkdownLayout): string {
  const whole = { ...layout, width: Number.POSITIVE_INFINITY };
  const cellOf = ({ tokens }: Tokens.TableCell) => renderInline(tokens, whole).replaceAll("\n", " ");
  const titles = header.map(cellOf);
  const cells = rows.map((row) => row.map(cellOf));
  const widths = titles.map((title, index) =>
    Math.max(textWidth(title), ...cells.map((row) => textWidth(row[index] ?? ""))),
  );
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  if (total > layout.width) return renderRows(header, rows, layout);
  const line = (row: readonly string[]) =>
    row.map((cell, index) => padTo(cell, widths[index] ?? 0, align[index] === "right" ? "left" : "right")).join(GAP);
  const rule = layout.style.dim(widths.map((width) => "─".repeat(width)).join(GAP));
  return [layout.style.bold(line(titles)), rule, ...cells.map((row) => line(row).trimEnd())].join("\n");
}

function renderRows(
  header: readonly Tokens.TableCell[],
  rows: readonly Tokens.TableCell[][],
  layout: MarkdownLayout,
): string {
  const field = (title: readonly Token[], cell: readonly Token[]) => {
    const raw = title.map((token) => token.raw).join("");
    const tokens = [{ type: "strong", raw, tokens: [...title] }, { type: "text", raw: ": " }, ...cell];
    return renderInline(tokens as Token[], layout);
  };
  return rows
    .map((row) => row.map(({ tokens }, index) => field(header[index]?.tokens ?? [], tokens)).join("\n"))
    .join("\n\n");
}

import type { Token, Tokens } from "marked";
import { textWidth } from "../text-layout.js";
import { type MarkdownLayout, renderInline } from "./render-inline.js";
import { renderMarkdownTable } from "./render-table.js";

const WIDEST_RULE = 40;
const LEAST_WIDTH = 10;

/** A block of Markdown as lines for a terminal, without a line break after it. Code stays as it is, line by line. */
export function renderBlock(token: Token, layout: MarkdownLayout): string {
  switch (token.type) {
    case "heading": {
      const { depth, tokens } = token as Tokens.Heading;
      const text = renderInline(tokens, layout, layout.style.bold);
      return layout.hasColor ? text : `${"#".repeat(depth)} ${text}`;
    }
    case "paragraph":
    case "text":
      return renderInline(token.tokens ?? [{ ...token, type: "text" } as Token], layout);
    case "code":
      return renderCode(token.raw, layout);
    case "list":
      return renderList(token as Tokens.List, layout);
    case "blockquote":
      return prefixed(renderBlocks(token.tokens ?? [], narrowed(layout, 2)), layout.style.dim("│ "));
    case "table":
      return renderMarkdownTable(token as Tokens.Table, layout);
    case "hr":
      return layout.style.dim("─".repeat(Math.min(layout.width, WIDEST_RULE)));
    default:
      return token.raw.trimEnd();
  }
}

/** Blocks one below the other, with a blank line where the source has one. */
function renderBlocks(tokens: readonly Token[], layout: MarkdownLayout): string {
  let text = "";
  let separator = "";
  for (const token of tokens) {
    if (token.type === "space") separator = text === "" ? "" : "\n\n";
    else {
      text += separator + renderBlock(token, layout);
      separator = endsBlank(token.raw) ? "\n\n" : "\n";
    }
  }
  return text;
}

/** Whether a source ends with a blank line. */
export function endsBlank(source: string): boolean {
  return /\n[ \t]*\n[ \t]*$/.test(source);
}

/** The fences of code are kept: so it is set apart without colour too. */
function renderCode(raw: string, { style }: MarkdownLayout): string {
  const lines = raw.split("\n");
  while (lines.at(-1) === "") lines.pop();
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(lines[0] ?? "")?.[1];
  const isFence = (line: string, index: number) =>
    fence !== undefined && (index === 0 || (line.trim().startsWith(fence) && /^(`+|~+)$/.test(line.trim())));
  return lines
    .map((line, index) => (isFence(line, index) ? style.dim(line) : line === "" ? "" : style.cyan(line)))
    .join("\n");
}

function renderList({ items, ordered, start }: Tokens.List, layout: MarkdownLayout): string {
  let text = "";
  for (const [index, item] of items.entries()) {
    const marker = ordered ? `${Number(start) + index}. ` : "• ";
    const box = item.task ? `[${item.checked === true ? "x" : " "}] ` : "";
    const body = renderBlocks(item.tokens, narrowed(layout, textWidth(marker + box)));
    text += marker + box + prefixed(body, " ".repeat(textWidth(marker)), { first: "" });
    if (index < items.length - 1) text += endsBlank(item.raw) ? "\n\n" : "\n";
  }
  return text;
}

function prefixed(text: string, prefix: string, { first = prefix }: { first?: string } = {}): string {
  return text
    .split("\n")
    .map((line, index) => (index === 0 ? first : line === "" ? prefix.trimEnd() : prefix) + line)
    .join("\n");
}

function narrowed(layout: MarkdownLayout, by: number): MarkdownLayout {
  return { ...layout, width: Math.max(LEAST_WIDTH, layout.width - by) };
}

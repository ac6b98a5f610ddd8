import type { Token, Tokens } from "marked";
import type { Style } from "../style.js";
import { type Paint, WordFlow } from "../word-flow.js";

/** How Markdown is laid out. */
export interface MarkdownLayout {
  width: number;
  style: Style;
  /** Without colour the marks of Markdown stay, since nothing else would tell what is set off. */
  hasColor: boolean;
}

/** The text of a paragraph, a heading or a cell in lines of the width. */
export function renderInline(tokens: readonly Token[], layout: MarkdownLayout, paint?: Paint): string {
  const flow = new WordFlow(layout.width);
  return addInline(flow, tokens, { ...layout, paint }) + flow.end();
}

type Inline = MarkdownLayout & { paint: Paint | undefined };

function addInline(flow: WordFlow, tokens: readonly Token[], inline: Inline): string {
  return tokens.map((token) => addToken(flow, token, inline)).join("");
}

function addToken(flow: WordFlow, token: Token, inline: Inline): string {
  const { style, paint, hasColor } = inline;
  const within = (more: Paint): Inline => ({
    ...inline,
    paint: paint === undefined ? more : (text) => paint(more(text)),
  });
  switch (token.type) {
    case "strong":
      return hasColor ? addInline(flow, token.tokens ?? [], within(style.bold)) : flow.add(token.raw);
    case "em":
      return hasColor ? addInline(flow, token.tokens ?? [], within(style.italic)) : flow.add(token.raw);
    case "codespan":
      return flow.add(hasColor ? (token as Tokens.Codespan).text : token.raw, within(style.cyan).paint);
    case "link":
    case "image":
      return addLink(flow, token as Tokens.Link, inline);
    case "br":
      return flow.add("\n");
    case "escape":
      // `\(` and `\[` begin formulas in what models write.
      return flow.add(/^\\[()[\]]$/.test(token.raw) ? token.raw : (token as Tokens.Escape).text, paint);
    case "text":
      return token.tokens === undefined ? flow.add(token.raw, paint) : addInline(flow, token.tokens, inline);
    default:
      return flow.add(token.raw, paint);
  }
}

function addLink(flow: WordFlow, { text, href, raw, tokens }: Tokens.Link, inline: Inline): string {
  if (!inline.hasColor) return flow.add(raw);
  if (text === href || `mailto:${text}` === href) return flow.add(text, inline.paint);
  const shown = text === "" ? "" : addInline(flow, tokens ?? [], inline) + flow.add(" ");
  return shown + flow.add(`(${href})`, inline.style.dim);
}

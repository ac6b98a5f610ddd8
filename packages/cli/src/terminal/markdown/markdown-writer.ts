import { lexer, type Token } from "marked";
import { textWidth } from "../text-layout.js";
import { WordFlow } from "../word-flow.js";
import { endsBlank, renderBlock } from "./render-block.js";
import type { MarkdownLayout } from "./render-inline.js";
import { settledLength } from "./settled-length.js";

/** A block that is longer is shown as it is from there on: it would be read again for every word. */
const LONGEST_BLOCK = 32_768;

/**
 * Lays out Markdown for a terminal while it comes. A paragraph or a list is shown word by word, code line by line, as
 * soon as what follows cannot change it any more; a heading or a table when it is whole.
 */
export class MarkdownWriter {
  readonly #layout: () => MarkdownLayout;
  /** The source from the block on that is not over. */
  #source = "";
  /** What is shown of this block, and how much of the source that is. */
  #shown = "";
  #settled = 0;
  /** The width is that of the terminal when the block began. */
  #blockLayout: MarkdownLayout;
  #separator = "";

  constructor(layout: () => MarkdownLayout) {
    this.#layout = layout;
    this.#blockLayout = layout();
  }

  /** Takes a piece of the source in; gives what can be shown now. */
  push(text: string): string {
    this.#source += text;
    // A part of a word changes nothing, and most pieces are no more.
    if (!/[\s\u2e80-\uffef]/.test(text)) return "";
    return this.#finishBlocks({ isEnd: false }) + this.#showSettled();
  }

  /** What was still held back. */
  end(): string {
    const rest = this.#finishBlocks({ isEnd: true });
    this.#separator = "";
    return rest;
  }

  #finishBlocks({ isEnd }: { isEnd: boolean }): string {
    const source = this.#source;
    const blocks = blocksOf(source);
    const isTooLong = source.length > LONGEST_BLOCK;
    let out = "";
    let from = 0;
    for (const [index, token] of blocks.entries()) {
      const next = blocks[index + 1];
      if (next === undefined && !isEnd && !isTooLong) break;
      const end = next === undefined ? source.length : startOf(next, source, from + lengthOf(token));
      const block = source.slice(from, end);
      out += this.#show(this.#rest(token, block));
      this.#separator = endsBlank(block) ? "\n\n" : "\n";
      this.#shown = "";
      this.#settled = 0;
      this.#blockLayout = this.#layout();
      from = end;
    }
    this.#source = source.slice(from);
    return out;
  }

  /** What is not shown yet of a block that is over. */
  #rest(token: Token, source: string): string {
    const whole = renderBlock(token, this.#blockLayout);
    if (whole.startsWith(this.#shown)) return this.#extend(whole);
    // It turned out to be something else, such as a heading by the line below it: the rest follows as it is written.
    const column = textWidth(this.#shown.slice(this.#shown.lastIndexOf("\n") + 1));
    const flow = new WordFlow(this.#blockLayout.width, { column });
    return flow.add(source.slice(this.#settled).trimEnd()) + flow.end();
  }

  #showSettled(): string {
    const length = isCode(this.#source) ? this.#source.lastIndexOf("\n") : settledLength(this.#source);
    if (length <= this.#settled) return "";
    const [token, ...more] = blocksOf(this.#source.slice(0, length));
    if (token === undefined || more.length > 0 || !GROWING.has(token.type)) return "";
    const shown = renderBlock(token, this.#blockLayout);
    if (!shown.startsWith(this.#shown)) return "";
    this.#settled = length;
    return this.#show(this.#extend(shown));
  }

  #extend(shown: string): string {
    const rest = shown.slice(this.#shown.length);
    this.#shown = shown;
    return rest;
  }

  #show(text: string): string {
    if (text === "") return "";
    const separator = this.#separator;
    this.#separator = "";
    return separator + text;
  }
}

const GROWING: ReadonlySet<string> = new Set(["paragraph", "text", "list", "blockquote", "code"]);

function blocksOf(source: string): Token[] {
  return lexer(source).filter(({ type }) => type !== "space");
}

/** How long a block's source is at least: the reader adds a line break to some, and takes spaces off the end. */
function lengthOf({ raw }: Token): number {
  return raw.trimEnd().length;
}

function startOf({ raw }: Token, source: string, from: number): number {
  const [first = ""] = raw.trim().split("\n");
  const at = source.indexOf(first.trimEnd(), from);
  return at === -1 ? from : Math.max(from, source.lastIndexOf("\n", at) + 1);
}

function isCode(source: string): boolean {
  return /^\s*(?:```|~~~)/.test(source);
}

import { textWidth } from "./text-layout.js";

/** Letters of scripts that put no spaces between words: a line may end after each. */
const WIDE = "\\u2e80-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\uff00-\\uff60\\u{20000}-\\u{3fffd}";
const ATOM = new RegExp(`\\n|[^\\S\\n]+|[${WIDE}]|[^\\s${WIDE}]+`, "gu");
const ONE_WIDE = new RegExp(`^[${WIDE}]$`, "u");
const AFTER_WORD = new RegExp(`[\\s${WIDE}](?=[^\\s${WIDE}]*$)`, "u");

/** Sets a text off, as a style does. */
export type Paint = (text: string) => string;

/**
 * Text that comes in pieces, with its lines broken between words. A word that is wider than a line stays whole, for the
 * terminal to break: so it can still be copied, and followed where it is an address.
 */
export class WordFlow {
  readonly #width: number;
  readonly #indent: string;
  readonly #word: { text: string; paint: Paint | undefined }[] = [];
  #gap = "";
  #column: number;

  constructor(width: number, { column = 0, indent = 0 }: { column?: number; indent?: number } = {}) {
    this.#width = width;
    this.#column = column;
    this.#indent = " ".repeat(indent);
  }

  /** Takes a piece in; gives what can be written now. The last word waits, since it may go on. */
  add(text: string, paint?: Paint): string {
    let out = "";
    for (const [atom] of text.matchAll(ATOM)) {
      if (atom === "\n") {
        out += `${this.#place()}\n`;
        this.#column = 0;
        this.#gap = "";
      } else if (/^\s/.test(atom)) {
        out += this.#place();
        this.#gap += atom.replaceAll("\t", "    ");
      } else if (ONE_WIDE.test(atom)) {
        out += this.#place();
        this.#word.push({ text: atom, paint });
        out += this.#place();
      } else this.#word.push({ text: atom, paint });
    }
    return out;
  }

  /** Takes in what stays in one piece, such as a command with its spaces. */
  addWhole(text: string): void {
    this.#word.push({ text, paint: undefined });
  }

  /** The word that still waited. */
  end(): string {
    return this.#place();
  }

  #place(): string {
    if (this.#word.length === 0) return "";
    const width = textWidth(this.#word.map(({ text }) => text).join(""));
    const word = this.#word.map(({ text, paint }) => (paint === undefined ? text : paint(text))).join("");
    const isBroken = this.#column > 0 && this.#column + this.#gap.length + width > this.#width;
    // What does not fit beside the indent begins a line of its own, to be whole or at least in few pieces.
    const indent = this.#indent.length + width <= this.#width ? this.#indent : "";
    const before = isBroken ? `\n${indent}` : this.#gap;
    this.#column = (isBroken ? indent.length : this.#column + this.#gap.length) + width;
    this.#gap = "";
    this.#word.length = 0;
    return before + word;
  }
}

/** Where the last place is at which a text may be cut with no word in two; 0 where there is none. */
export function lastWordEnd(text: string): number {
  const found = AFTER_WORD.exec(text);
  return found === null ? 0 : found.index + found[0].length;
}

import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const BEGIN = "\u001b[200~";
const END = "\u001b[201~";
/** How a line break and a tab of a pasted block stand on the line that is typed; the mark has no width. */
const SHOWN: readonly (readonly [string, string])[] = [
  ["\n", "↵\u200b"],
  ["\t", "→\u200b"],
];

/** What is written to a terminal so that it marks what is pasted (bracketed paste), and so that it no longer does. */
export const MARK_PASTES = { on: "\u001b[?2004h", off: "\u001b[?2004l" } as const;

/** What is typed, with each pasted block on one line: its line breaks would send it in pieces. */
export class PasteFilter extends Transform {
  readonly isTTY = true;
  readonly #terminal: NodeJS.ReadStream;
  readonly #decoder = new StringDecoder("utf8");
  #isPasting = false;
  #rest = "";

  constructor(terminal: NodeJS.ReadStream) {
    super();
    this.#terminal = terminal;
  }

  setRawMode(isRaw: boolean): this {
    this.#terminal.setRawMode(isRaw);
    return this;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let text = this.#rest + this.#decoder.write(chunk);
    let typed = "";
    for (;;) {
      const mark = this.#isPasting ? END : BEGIN;
      const at = text.indexOf(mark);
      if (at === -1) break;
      typed += this.#shown(text.slice(0, at));
      text = text.slice(at + mark.length);
      this.#isPasting = !this.#isPasting;
    }
    this.#rest = beginningOf(this.#isPasting ? END : BEGIN, text);
    typed += this.#shown(text.slice(0, text.length - this.#rest.length));
    done(null, typed);
  }

  #shown(text: string): string {
    if (!this.#isPasting) return text;
    let line = text.replace(/\r\n?/g, "\n");
    for (const [character, shown] of SHOWN) line = line.replaceAll(character, shown);
    // Any other control character would be a key.
    return line.replace(/\p{Cc}/gu, "");
  }
}

/** A typed line with the line breaks and tabs of what was pasted; the last line break of a block ends nothing. */
export function withPastedBreaks(line: string): string {
  let text = line;
  for (const [character, shown] of SHOWN) text = text.replaceAll(shown, character);
  return text === line ? line : text.trimEnd();
}

/** The end of a text that may be the beginning of a mark; the Escape key alone is none. */
function beginningOf(mark: string, text: string): string {
  for (let length = mark.length - 1; length > 2; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return mark.slice(0, length);
  }
  return "";
}

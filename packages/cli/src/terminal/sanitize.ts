/*
 * What a model writes is not to be trusted: an escape sequence in it could rename the window, write to the clipboard or
 * hide what really stands there. Sequences are taken out whole; other control characters and those that turn the
 * direction of text around are shown as their names. A scanner, and no pattern: a text that begins thousands of
 * sequences and ends none is read once.
 */

const ESC = "\u001b";
const BEL = "\u0007";
const STRING_END = "\u009c";
/** Begin a sequence with parameters and a final letter: `ESC [`, or its one-character form. */
const CSI = new Set([`${ESC}[`, "\u009b"]);
/** Begin a sequence with text, such as a title, up to BEL or the string terminator. */
const STRING = new Set([
  ...["]", "P", "X", "^", "_"].map((letter) => ESC + letter),
  ...["\u009d", "\u0090", "\u0098", "\u009e", "\u009f"],
]);

const CONTROL_RANGES = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069";
const CONTROLS = new RegExp(`[${CONTROL_RANGES}]`, "g");

/** Longest unfinished sequence that is waited for, in characters; a longer one is shown. */
const LONGEST_SEQUENCE = 4096;

/** Takes control and escape sequences out of a whole text. Line breaks and tabs stay. */
export function sanitize(text: string): string {
  return scan(text, { isWhole: true }).shown;
}

/** As {@link sanitize}, for text that comes in pieces: a sequence may be cut anywhere. */
export class StreamSanitizer {
  #held = "";

  /** The part that can be shown now. */
  push(chunk: string): string {
    const text = this.#held + chunk;
    const { shown, end } = scan(text, { isWhole: false });
    if (text.length - end > LONGEST_SEQUENCE) {
      this.#held = "";
      return shown + sanitize(text.slice(end));
    }
    this.#held = text.slice(end);
    return shown;
  }

  /** What was still held back. */
  end(): string {
    const rest = sanitize(this.#held);
    this.#held = "";
    return rest;
  }
}

/** What can be shown of a text, and where a sequence begins that it does not end; of a whole text everything is shown. */
function scan(text: string, { isWhole }: { isWhole: boolean }): { shown: string; end: number } {
  const sequences = new SequenceFinder(text);
  const parts: string[] = [];
  let position = 0;
  while (position < text.length) {
    CONTROLS.lastIndex = position;
    const control = CONTROLS.exec(text)?.index ?? text.length;
    parts.push(text.slice(position, control));
    if (control === text.length) break;
    const end = sequences.endOf(control);
    if (end === "unfinished" && !isWhole) return { shown: parts.join(""), end: control };
    if (typeof end === "number") {
      if (text.startsWith("\r\n", control)) parts.push("\n");
      position = end;
    } else {
      parts.push(nameOf(text.charCodeAt(control)));
      position = control + 1;
    }
  }
  return { shown: parts.join(""), end: text.length };
}

/** Finds the ends of sequences in a text, which is asked about from its beginning to its end. */
class SequenceFinder {
  readonly #text: string;
  /** Where the next character stands that ends or breaks a text of a sequence. */
  #stop = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the sequence that begins with a control character ends; `"none"` where it is that character alone. */
  endOf(start: number): number | "unfinished" | "none" {
    const text = this.#text;
    const first = text[start] ?? "";
    if (first === "\r") {
      if (start + 1 === text.length) return "unfinished";
      return text[start + 1] === "\n" ? start + 2 : "none";
    }
    const introducer = first === ESC ? text.slice(start, start + 2) : first;
    const after = start + introducer.length;
    if (STRING.has(introducer)) return this.#stringEnd(after);
    if (CSI.has(introducer)) return this.#finalLetter(this.#skip(after, "0", "?"), "@");
    return first === ESC ? this.#escapeEnd(start + 1) : "none";
  }

  #stringEnd(after: number): number | "unfinished" | "none" {
    const text = this.#text;
    if (this.#stop < after) {
      this.#stop = after;
      while (this.#stop < text.length && !isStringStop(text[this.#stop])) this.#stop += 1;
    }
    if (this.#stop >= text.length) return "unfinished";
    if (text[this.#stop] !== ESC) return this.#stop + 1;
    if (this.#stop + 1 === text.length) return "unfinished";
    return text[this.#stop + 1] === "\\" ? this.#stop + 2 : "none";
  }

  // Any other sequence ends with a letter that begins none of the above.
  #escapeEnd(after: number): number | "unfinished" | "none" {
    const end = this.#finalLetter(after, "0");
    return typeof end === "number" && /[PX[\]^_]/.test(this.#text[end - 1] ?? "") ? "none" : end;
  }

  #finalLetter(from: number, least: string): number | "unfinished" | "none" {
    const at = this.#skip(from, " ", "/");
    if (at === this.#text.length) return "unfinished";
    const letter = this.#text[at] ?? "";
    return letter >= least && letter <= "~" ? at + 1 : "none";
  }

  #skip(from: number, least: string, most: string): number {
    let at = from;
    while (at < this.#text.length && (this.#text[at] ?? "") >= least && (this.#text[at] ?? "") <= most) at += 1;
    return at;
  }
}

function isStringStop(character: string | undefined): boolean {
  return character === BEL || character === ESC || character === STRING_END;
}

function nameOf(code: number): string {
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

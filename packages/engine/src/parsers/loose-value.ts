/** How the values of a format are written, where that is not JSON. */
export interface LooseSyntax {
  /** What stands around texts besides quotes; between two of them nothing is escaped. */
  rawQuote?: string;
}

/** A value, where it ended, and how many brackets were never closed. */
export interface LooseValue {
  value: unknown;
  end: number;
  unclosed: number;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  null: null,
  None: null,
};
const CLOSERS: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };
const OTHER_CLOSERS: ReadonlySet<string> = new Set(Object.values(CLOSERS));
const DEEPEST = 200;

/**
 * Reads a value as a person would: JSON, and what models write in its place, such as keys without quotes, quotes of
 * the other kind, line breaks inside a text, a comma too many, a missing bracket at the end, Python's words.
 *
 * @returns nothing where there is no value, or a text that is cut
 */
export function readLooseValue(text: string, start = 0, syntax: LooseSyntax = {}): LooseValue | undefined {
  const reader = new LooseReader(text, start, syntax);
  try {
    const value = reader.value(0);
    return { value, end: reader.at, unclosed: reader.unclosed };
  } catch (error) {
    if (error instanceof NoValueError) return undefined;
    throw error;
  }
}

class NoValueError extends Error {}

class LooseReader {
  at: number;
  unclosed = 0;
  readonly #text: string;
  readonly #rawQuote: string;

  constructor(text: string, start: number, { rawQuote = "" }: LooseSyntax) {
    this.#text = text;
    this.at = start;
    this.#rawQuote = rawQuote;
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw new NoValueError();
    this.#skipSpace();
    const first = this.#text[this.at] ?? "";
    if (this.#atRawQuote() || first === '"' || first === "'") return this.#quoted();
    if (first === "{") return this.#members(depth);
    if (first === "[" || first === "(") return this.#items(depth, CLOSERS[first] ?? "");
    return this.#bare();
  }

  #members(depth: number): Record<string, unknown> {
    const members: [string, unknown][] = [];
    this.at++;
    while (!this.#closes("}")) {
      const key = this.#key();
      this.#skipSpace();
      if (this.#text[this.at] !== ":" && this.#text[this.at] !== "=") throw new NoValueError();
      this.at++;
      members.push([key, this.value(depth + 1)]);
    }
    return Object.fromEntries(members);
  }

  #items(depth: number, closer: string): unknown[] {
    const items: unknown[] = [];
    this.at++;
    while (!this.#closes(closer)) items.push(this.value(depth + 1));
    return items;
  }

  /**
   * Goes over a comma or the closing bracket. One that is missing, at the end or before a bracket of another kind, is
   * as good as there.
   */
  #closes(closer: string): boolean {
    this.#skip(/[\s,]*/y);
    const next = this.#text[this.at];
    if (next === closer) {
      this.at++;
      return true;
    }
    if (next !== undefined && !OTHER_CLOSERS.has(next)) return false;
    this.unclosed++;
    return true;
  }

  #key(): string {
    this.#skipSpace();
    if (this.#atRawQuote() || /["']/.test(this.#text[this.at] ?? "")) return this.#quoted();
    const key = this.#skip(/[^\s:=,{}[\]()"']+/y);
    if (key === "") throw new NoValueError();
    return key;
  }

  #quoted(): string {
    if (this.#atRawQuote()) {
      const start = this.at + this.#rawQuote.length;
      const end = this.#text.indexOf(this.#rawQuote, start);
      if (end < 0) throw new NoValueError();
      this.at = end + this.#rawQuote.length;
      return this.#text.slice(start, end);
    }
    const quote = this.#text[this.at++];
    let value = "";
    for (; this.at < this.#text.length; this.at++) {
      const character = this.#text[this.at] ?? "";
      if (character === "\\") value += this.#escape();
      else if (character === quote && this.#endsText()) {
        this.at++;
        return value;
      } else value += character;
    }
    throw new NoValueError();
  }

  /** A quote inside a text that nobody escaped has more of the text behind it. */
  #endsText(): boolean {
    const behind = /\s*/y;
    behind.lastIndex = this.at + 1;
    behind.test(this.#text);
    const next = this.#text[behind.lastIndex];
    return next === undefined || /[,:=}\])]/.test(next);
  }

  #escape(): string {
    const code = this.#text[++this.at] ?? "";
    if (code !== "u") return ESCAPES[code] ?? code;
    const digits = this.#text.slice(this.at + 1, this.at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return code;
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #bare(): unknown {
    const word = this.#skip(/[^,}\])\n]+/y).trim();
    if (word === "") throw new NoValueError();
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    return /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(word) ? Number(word) : word;
  }

  #atRawQuote(): boolean {
    return this.#rawQuote !== "" && this.#text.startsWith(this.#rawQuote, this.at);
  }

  #skipSpace(): void {
    this.#skip(/\s*/y);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }
}

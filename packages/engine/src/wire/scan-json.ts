/** What a look at JSON text finds: where the first value ends, or what Go's decoder says of the fault. */
export type JsonScan = { end: number } | { error: string };

/**
 * Scans the first JSON value of a text as Go's decoder does. Only called after `JSON.parse` has failed, so that it
 * may be slow; it stops at the first character that cannot follow.
 */
export function scanJson(text: string): JsonScan {
  const scanner = new Scanner(text);
  try {
    scanner.value();
    return { end: scanner.position };
  } catch (error) {
    // Nesting too deep for the scanner's own stack ends here as well.
    return { error: error instanceof SyntaxProblem ? error.message : "exceeded max depth" };
  }
}

class SyntaxProblem extends Error {}

const LITERALS: Record<string, string> = { t: "true", f: "false", n: "null" };

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get position(): number {
    return this.#at;
  }

  value(): void {
    const first = this.#next();
    const literal = LITERALS[first];
    if (first === "{") this.#object();
    else if (first === "[") this.#array();
    else if (first === '"') this.#string();
    else if (literal !== undefined) this.#literal(literal);
    else if (first === "-" || isDigit(first)) this.#number(first);
    else this.#fail(first, "looking for beginning of value");
  }

  #object(): void {
    let next = this.#next();
    if (next === "}") return;
    for (;;) {
      if (next !== '"') this.#fail(next, "looking for beginning of object key string");
      this.#string();
      const colon = this.#next();
      if (colon !== ":") this.#fail(colon, "after object key");
      this.value();
      const after = this.#next();
      if (after === "}") return;
      if (after !== ",") this.#fail(after, "after object key:value pair");
      next = this.#next();
    }
  }

  #array(): void {
    if (this.#peek() === "]") {
      this.#next();
      return;
    }
    for (;;) {
      this.value();
      const after = this.#next();
      if (after === "]") return;
      if (after !== ",") this.#fail(after, "after array element");
    }
  }

  #string(): void {
    for (;;) {
      const character = this.#take();
      if (character === '"') return;
      if (character < " ") this.#fail(character, "in string literal");
      if (character !== "\\") continue;
      const code = this.#take();
      if (code === "u") this.#hexadecimal();
      else if (!'bfnrt\\/"'.includes(code)) this.#fail(code, "in string escape code");
    }
  }

  #hexadecimal(): void {
    for (let digit = 0; digit < 4; digit++) {
      const character = this.#take();
      if (!/[0-9a-f]/i.test(character)) this.#fail(character, "in \\u hexadecimal character escape");
    }
  }

  #literal(literal: string): void {
    for (let index = 1; index < literal.length; index++) {
      const character = this.#take();
      const wanted = literal[index] ?? "";
      if (character !== wanted) this.#fail(character, `in literal ${literal} (expecting '${wanted}')`);
    }
  }

  #number(first: string): void {
    let digit = first;
    if (first === "-") {
      digit = this.#take();
      if (!isDigit(digit)) this.#fail(digit, "in numeric literal");
    }
    if (digit !== "0") this.#digits();
    if (this.#text[this.#at] === ".") {
      this.#at++;
      this.#digit("after decimal point in numeric literal");
    }
    if (/[eE]/.test(this.#text[this.#at] ?? "")) {
      this.#at++;
      if (/[+-]/.test(this.#text[this.#at] ?? "")) this.#at++;
      this.#digit("in exponent of numeric literal");
    }
  }

  #digit(where: string): void {
    const character = this.#take();
    if (!isDigit(character)) this.#fail(character, where);
    this.#digits();
  }

  #digits(): void {
    while (isDigit(this.#text[this.#at] ?? "")) this.#at++;
  }

  #peek(): string | undefined {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at++;
    return this.#text[this.#at];
  }

  #next(): string {
    this.#peek();
    return this.#take();
  }

  #take(): string {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) throw new SyntaxProblem("unexpected EOF");
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }

  #fail(character: string, where: string): never {
    throw new SyntaxProblem(`invalid character ${quoteCharacter(character)} ${where}`);
  }
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9" && character.length === 1;
}

function quoteCharacter(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}

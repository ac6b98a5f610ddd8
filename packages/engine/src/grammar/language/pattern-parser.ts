import { LanguageTooLargeError } from "./automaton.js";
import { ANY_CHARACTER, type CodePoints, charactersOf, codePoints, subtractCodePoints, unite } from "./code-points.js";
import { choice, EMPTY, type Expression, oneOf, repeat, sequence } from "./expression.js";

/** A pattern uses what a grammar can't follow. */
export class UnsupportedPatternError extends Error {
  override readonly name = "UnsupportedPatternError";
}

/** Stand for the two ends of the text, so that `^` and `$` are ordinary symbols. */
export const BEGIN_MARK = 0x110000;
export const END_MARK = 0x110001;

/** A condition on the text from its beginning: `(?=…)` or `(?!…)`. */
export interface Lookahead {
  readonly expression: Expression;
  readonly negative: boolean;
}

/** A pattern taken apart: the lookaheads that stand at its beginning and the rest. */
export interface ParsedPattern {
  readonly lookaheads: readonly Lookahead[];
  readonly expression: Expression;
}

const DIGIT: CodePoints = [[0x30, 0x39]];
const WORD = codePoints([...DIGIT, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]);
const SPACE = unite(
  codePoints([
    [0x09, 0x0d],
    [0x2000, 0x200a],
  ]),
  charactersOf("\u0020\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"),
);
const LINE_END = charactersOf("\n\r\u2028\u2029");
const NAMED_CLASSES: Readonly<Record<string, CodePoints>> = {
  d: DIGIT,
  D: subtractCodePoints(ANY_CHARACTER, DIGIT),
  w: WORD,
  W: subtractCodePoints(ANY_CHARACTER, WORD),
  s: SPACE,
  S: subtractCodePoints(ANY_CHARACTER, SPACE),
};
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };

/**
 * Reads a regular expression in ECMAScript's syntax (the one of JSON Schema's `pattern`), which is known to be valid.
 *
 * @throws UnsupportedPatternError for what is not regular (back references) or not supported (word boundaries,
 * lookbehind, lookahead elsewhere than at the beginning)
 */
export function parsePattern(source: string): ParsedPattern {
  return new PatternParser(source).parse();
}

/** Reading a pattern recurses. */
const DEEPEST_GROUP = 200;

class PatternParser {
  private readonly characters: readonly string[];
  private position = 0;
  private depth = 0;

  constructor(source: string) {
    this.characters = [...source];
  }

  parse(): ParsedPattern {
    const anchored = this.eat("^");
    const lookaheads: Lookahead[] = [];
    while (anchored && (this.sees("(?=") || this.sees("(?!"))) lookaheads.push(this.lookahead());
    const body = this.disjunction();
    if (this.position < this.characters.length) throw new UnsupportedPatternError("an unmatched )");
    if (anchored && lookaheads.length > 0 && this.hadTopLevelChoice) {
      throw new UnsupportedPatternError("a lookahead in one of several alternatives");
    }
    return { lookaheads, expression: anchored ? this.anchorFirst(body) : choice(...body) };
  }

  private hadTopLevelChoice = false;

  /** `^a|b` anchors only `a`. */
  private anchorFirst(options: readonly Expression[]): Expression {
    const [first = EMPTY, ...others] = options;
    return choice(sequence(oneOf([[BEGIN_MARK, BEGIN_MARK]]), first), ...others);
  }

  private lookahead(): Lookahead {
    const negative = this.sees("(?!");
    this.position += 3;
    const expression = choice(...this.disjunction());
    this.expect(")");
    return { expression, negative };
  }

  private disjunction(): Expression[] {
    const options = [this.alternative()];
    while (this.eat("|")) options.push(this.alternative());
    this.hadTopLevelChoice = options.length > 1;
    return options;
  }

  private alternative(): Expression {
    const parts: Expression[] = [];
    while (this.position < this.characters.length && !this.sees("|") && !this.sees(")")) parts.push(this.term());
    return sequence(...parts);
  }

  private term(): Expression {
    return this.quantified(this.atom());
  }

  private atom(): Expression {
    const character = this.next();
    switch (character) {
      case "^":
        return oneOf([[BEGIN_MARK, BEGIN_MARK]]);
      case "$":
        return oneOf([[END_MARK, END_MARK]]);
      case ".":
        return oneOf(subtractCodePoints(ANY_CHARACTER, LINE_END));
      case "[":
        return oneOf(this.characterClass());
      case "(":
        return this.group();
      case "\\":
        return oneOf(this.escape(false));
      default:
        return oneOf(charactersOf(character));
    }
  }

  private group(): Expression {
    if (this.eat("?")) {
      if (this.sees("<=") || this.sees("<!")) throw new UnsupportedPatternError("a lookbehind");
      if (this.sees("=") || this.sees("!")) throw new UnsupportedPatternError("a lookahead inside the pattern");
      if (this.eat("<")) while (this.next() !== ">");
      else this.expect(":");
    }
    if (++this.depth > DEEPEST_GROUP)
      throw new LanguageTooLargeError(`more than ${DEEPEST_GROUP} groups within groups`);
    const inner = choice(...this.disjunction());
    this.depth--;
    this.expect(")");
    return inner;
  }

  private quantified(inner: Expression): Expression {
    const bounds = this.quantifier();
    if (!bounds) return inner;
    // Lazy or greedy: the same texts match.
    this.eat("?");
    return repeat(inner, bounds[0], bounds[1]);
  }

  private quantifier(): readonly [number, number] | undefined {
    if (this.eat("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.eat("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.eat("?")) return [0, 1];
    const rest = this.characters.slice(this.position, this.position + 24).join("");
    const match = /^\{(\d+)(,(\d*))?\}/.exec(rest);
    if (!match) return undefined;
    this.position += match[0].length;
    const min = Number(match[1]);
    if (match[2] === undefined) return [min, min];
    return [min, match[3] ? Number(match[3]) : Number.POSITIVE_INFINITY];
  }

  private characterClass(): CodePoints {
    const negated = this.eat("^");
    const sets: CodePoints[] = [];
    while (!this.eat("]")) {
      const from = this.classAtom();
      if (!this.sees("-") || this.sees("-]")) {
        sets.push(from);
        continue;
      }
      this.expect("-");
      const to = this.classAtom();
      const first = from[0]?.[0];
      const last = to[0]?.[0];
      const isRange = singleCharacter(from) && singleCharacter(to) && first !== undefined && last !== undefined;
      sets.push(isRange ? codePoints([[first, last]]) : unite(from, charactersOf("-"), to));
    }
    const set = unite(...sets);
    return negated ? subtractCodePoints(ANY_CHARACTER, set) : set;
  }

  private classAtom(): CodePoints {
    const character = this.next();
    return character === "\\" ? this.escape(true) : charactersOf(character);
  }

  private escape(inClass: boolean): CodePoints {
    const character = this.next();
    const named = NAMED_CLASSES[character];
    if (named) return named;
    if (character === "p" || character === "P") return this.unicodeProperty(character === "P");
    if (character === "b" && inClass) return [[8, 8]];
    if (/[bB]/.test(character)) throw new UnsupportedPatternError("a word boundary");
    if (/[1-9k]/.test(character)) throw new UnsupportedPatternError("a back reference");
    const control = CONTROL_ESCAPES[character];
    if (control !== undefined) return [[control, control]];
    if (character === "c") {
      const code = (this.next().codePointAt(0) ?? 0) % 32;
      return [[code, code]];
    }
    if (character === "x") return this.hexadecimal(2);
    if (character === "u") return this.unicodeEscape();
    return charactersOf(character);
  }

  private unicodeEscape(): CodePoints {
    if (this.eat("{")) {
      let digits = "";
      for (let digit = this.next(); digit !== "}"; digit = this.next()) digits += digit;
      const code = Number.parseInt(digits, 16);
      return [[code, code]];
    }
    const [[high] = [0]] = this.hexadecimal(4);
    if (high < 0xd800 || high > 0xdbff || !this.sees("\\u")) return [[high, high]];
    this.position += 2;
    const [[low] = [0]] = this.hexadecimal(4);
    const code = (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
    return [[code, code]];
  }

  private hexadecimal(length: number): CodePoints {
    const digits = this.characters.slice(this.position, this.position + length).join("");
    this.position += length;
    const code = Number.parseInt(digits, 16);
    return [[code, code]];
  }

  private unicodeProperty(negated: boolean): CodePoints {
    this.expect("{");
    let name = "";
    for (let character = this.next(); character !== "}"; character = this.next()) name += character;
    const set = charactersWithProperty(name);
    return negated ? subtractCodePoints(ANY_CHARACTER, set) : set;
  }

  private sees(expected: string): boolean {
    return this.characters.slice(this.position, this.position + expected.length).join("") === expected;
  }

  private eat(expected: string): boolean {
    const seen = this.sees(expected);
    if (seen) this.position += expected.length;
    return seen;
  }

  private expect(expected: string): void {
    if (!this.eat(expected)) throw new UnsupportedPatternError(`a missing ${expected}`);
  }

  private next(): string {
    const character = this.characters[this.position++];
    if (character === undefined) throw new UnsupportedPatternError("an unfinished pattern");
    return character;
  }
}

function singleCharacter(set: CodePoints): boolean {
  return set.length === 1 && set[0]?.[0] === set[0]?.[1];
}

const properties = new Map<string, CodePoints>();

/** The characters with a Unicode property such as `L` or `Script=Greek`, asked of the JavaScript engine once. */
function charactersWithProperty(name: string): CodePoints {
  const known = properties.get(name);
  if (known) return known;
  const test = new RegExp(`^\\p{${name}}$`, "u");
  const ranges: [number, number][] = [];
  for (const [from, to] of ANY_CHARACTER) {
    for (let code = from; code <= to; code++) {
      if (!test.test(String.fromCodePoint(code))) continue;
      const last = ranges.at(-1);
      if (last && last[1] === code - 1) last[1] = code;
      else ranges.push([code, code]);
    }
  }
  const set = codePoints(ranges);
  properties.set(name, set);
  return set;
}

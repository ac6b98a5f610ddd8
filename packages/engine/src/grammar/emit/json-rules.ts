import {
  ANY_CHARACTER,
  type CodePoints,
  charactersOf,
  intersectCodePoints,
  subtractCodePoints,
} from "../language/code-points.js";
import { choice, type Expression, oneOf, optional, repeat, sequence, text } from "../language/expression.js";
import type { RuleBook } from "./rule-book.js";

const CONTROLS: CodePoints = [[0, 0x1f]];
const ESCAPED = [...charactersOf('"'), ...charactersOf("\\")];

/** Characters that stand for themselves in a JSON string. */
export const PLAIN_CHARACTERS: CodePoints = subtractCodePoints(subtractCodePoints(ANY_CHARACTER, CONTROLS), ESCAPED);

const DIGITS: CodePoints = [[0x30, 0x39]];
const HEX: CodePoints = charactersOf("0123456789abcdefABCDEF");
const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x08, "b"],
  [0x09, "t"],
  [0x0a, "n"],
  [0x0c, "f"],
  [0x0d, "r"],
  [0x22, '"'],
  [0x5c, "\\"],
]);
const QUOTE = text('"');

/** Most digits before the point, as many as identifiers of 64 bits have, and after it, as many as a double can need. */
export const MAX_DIGITS = 20;
export const MAX_DECIMALS = 18;

/**
 * One space or none: what JSON allows beyond that (more spaces, line breaks) is where small models lose themselves.
 */
export const SPACE: Expression = optional(text(" "));

/** `,` between members. */
export const COMMA: Expression = sequence(text(","), SPACE);

/** The rules of JSON itself, which a schema's rules refer to. */
export class JsonRules {
  constructor(private readonly book: RuleBook) {}

  /** A character of a string, escaped where it has to be. Half of a surrogate pair is never escaped by itself. */
  get character(): Expression {
    return this.book.ruleFor("json character", "char", () =>
      choice(
        oneOf(PLAIN_CHARACTERS),
        sequence(
          text("\\"),
          choice(
            oneOf(charactersOf('"\\/bfnrt')),
            sequence(
              text("u"),
              choice(
                sequence(oneOf(subtractCodePoints(HEX, charactersOf("dD"))), repeat(oneOf(HEX), 3, 3)),
                sequence(oneOf(charactersOf("dD")), oneOf([[0x30, 0x37]]), repeat(oneOf(HEX), 2, 2)),
              ),
            ),
          ),
        ),
      ),
    );
  }

  /** Characters of a string; all of them are the one rule that every string shares. */
  charactersOf(set: CodePoints): Expression {
    const isEverything = set.length === ANY_CHARACTER.length && subtractCodePoints(ANY_CHARACTER, set).length === 0;
    return isEverything ? this.character : stringCharacters(set);
  }

  get string(): Expression {
    return this.book.ruleFor("json string", "string", () => this.stringOfLength(0, Number.POSITIVE_INFINITY));
  }

  /** A string of `min` to `max` characters. */
  stringOfLength(min: number, max: number): Expression {
    return sequence(QUOTE, repeat(this.character, min, max), QUOTE);
  }

  get integer(): Expression {
    return this.book.ruleFor("json integer", "integer", () => sequence(optional(text("-")), WHOLE));
  }

  get number(): Expression {
    return this.book.ruleFor("json number", "number", () =>
      sequence(optional(text("-")), WHOLE, optional(FRACTION), optional(EXPONENT)),
    );
  }

  get value(): Expression {
    return this.book.ruleFor("json value", "value", () =>
      choice(this.object, this.array, this.string, this.number, text("true"), text("false"), text("null")),
    );
  }

  get object(): Expression {
    return this.book.ruleFor("json object", "object", () => {
      const member = sequence(this.string, text(":"), SPACE, this.value);
      return sequence(
        text("{"),
        optional(sequence(member, repeat(sequence(COMMA, member), 0, Number.POSITIVE_INFINITY))),
        text("}"),
      );
    });
  }

  get array(): Expression {
    return this.book.ruleFor("json array", "array", () => {
      const more = repeat(sequence(COMMA, this.value), 0, Number.POSITIVE_INFINITY);
      return sequence(text("["), optional(sequence(this.value, more)), text("]"));
    });
  }
}

const WHOLE = choice(text("0"), sequence(oneOf([[0x31, 0x39]]), repeat(oneOf(DIGITS), 0, MAX_DIGITS - 1)));
const FRACTION = sequence(text("."), repeat(oneOf(DIGITS), 1, MAX_DECIMALS));
const EXPONENT = sequence(oneOf(charactersOf("eE")), optional(oneOf(charactersOf("+-"))), repeat(oneOf(DIGITS), 1, 2));

/** How characters of a text are written inside a JSON string: as `JSON.stringify` does. */
function stringCharacters(set: CodePoints): Expression {
  const plain = intersectCodePoints(set, PLAIN_CHARACTERS);
  const contained = (code: number) => set.some(([from, to]) => code >= from && code <= to);
  const letters = [...SHORT_ESCAPES].filter(([code]) => contained(code)).map(([, letter]) => letter);
  const options = [oneOf(plain)];
  if (letters.length > 0) options.push(sequence(text("\\"), oneOf(charactersOf(letters.join("")))));
  for (const high of [0, 1]) {
    const codes = Array.from({ length: 16 }, (_, low) => high * 16 + low);
    const lows = codes
      .filter((code) => contained(code) && !SHORT_ESCAPES.has(code))
      .map((code) => (code % 16).toString(16));
    if (lows.length === 0) continue;
    const digits = charactersOf(lows.join("") + lows.join("").toUpperCase());
    options.push(sequence(text(`\\u00${high}`), oneOf(digits)));
  }
  return choice(...options);
}

import { type Automaton, type Edge, intersectAutomata, MAX_STATES, minimize } from "../language/automaton.js";
import { automatonOf } from "../language/determinize.js";
import {
  choice,
  EMPTY,
  type Expression,
  NOTHING,
  oneOf,
  optional,
  repeat,
  sequence,
  text,
} from "../language/expression.js";
import type { NumberBound, NumberShape } from "../schema/shapes.js";
import { MAX_DECIMALS, MAX_DIGITS } from "./json-rules.js";

const ANY = Number.POSITIVE_INFINITY;
/** Most digits of a multiple: all of them are exact in a double. */
const EXACT_DIGITS = 15;
/** Most digits before the point of a multiple of, say, 0.01. */
const FINE_DIGITS = 11;
const DIGIT = digits(0, 9);
const TAIL = repeat(DIGIT, 0, ANY);
const FRACTION = sequence(text("."), repeat(DIGIT, 1, ANY));
const WHOLE = choice(text("0"), sequence(digits(1, 9), TAIL));
/** A magnitude that is not nought: some digit is not 0. */
const POSITIVE = choice(
  sequence(digits(1, 9), TAIL, optional(FRACTION)),
  sequence(text("0."), TAIL, digits(1, 9), TAIL),
);

/** A decimal without its sign: the digits before and after the point. */
interface Magnitude {
  readonly whole: string;
  readonly fraction: string;
}

/**
 * The texts of a shape's numbers, without exponents: digit by digit for bounds, remainder by remainder for multiples.
 * Nothing when a multiple is too fine to be followed.
 */
export function numberLanguage(shape: NumberShape): { automaton: Automaton; ignored: number[] } {
  const { lower, upper } = shape;
  // A double has 15 digits: what fine multiples need behind the point is missing before it.
  const isFine = !shape.integer && shape.multiplesOf.some((divisor) => !Number.isInteger(divisor));
  const usual = isFine ? FINE_DIGITS : shape.multiplesOf.length > 0 ? EXACT_DIGITS : MAX_DIGITS;
  // A bound with many digits needs as many, and one more to go beyond it.
  const room = Math.max(usual, ...[lower, upper].map((bound) => (bound ? magnitude(bound.value).whole.length + 1 : 0)));
  const whole = choice(text("0"), sequence(digits(1, 9), repeat(DIGIT, 0, room - 1)));
  const fraction = shape.integer ? EMPTY : optional(sequence(text("."), repeat(DIGIT, 1, MAX_DECIMALS)));
  let automaton = automatonOf(sequence(optional(text("-")), whole, fraction));
  automaton = intersectAutomata(
    automaton,
    automatonOf(choice(sequence(WHOLE, optional(FRACTION)), sequence(text("-"), POSITIVE))),
  );
  if (lower) automaton = intersectAutomata(automaton, automatonOf(atLeast(lower)));
  if (upper) automaton = intersectAutomata(automaton, automatonOf(atMost(upper)));
  const ignored: number[] = [];
  for (const divisor of shape.multiplesOf) {
    const multiples = multiplesAutomaton(divisor);
    if (multiples) automaton = intersectAutomata(automaton, multiples);
    else ignored.push(divisor);
  }
  return { automaton, ignored };
}

function atLeast({ value, exclusive }: NumberBound): Expression {
  if (value > 0 || (value === 0 && exclusive)) return magnitudeAtLeast(magnitude(value), exclusive);
  const unsigned = sequence(WHOLE, optional(FRACTION));
  if (value === 0) return unsigned;
  return choice(unsigned, sequence(text("-"), magnitudeAtMost(magnitude(value), exclusive)));
}

function atMost({ value, exclusive }: NumberBound): Expression {
  const negative = sequence(text("-"), value < 0 ? magnitudeAtLeast(magnitude(value), exclusive) : POSITIVE);
  return value < 0 ? negative : choice(negative, magnitudeAtMost(magnitude(value), exclusive));
}

function magnitudeAtLeast({ whole, fraction }: Magnitude, exclusive: boolean): Expression {
  const longer = sequence(digits(1, 9), repeat(DIGIT, whole.length, whole.length), TAIL, optional(FRACTION));
  const greater = [...whole].map((digit, index) =>
    sequence(
      text(whole.slice(0, index)),
      digits(Math.max(Number(digit) + 1, firstDigit(whole, index)), 9),
      repeat(DIGIT, whole.length - index - 1, whole.length - index - 1),
      optional(FRACTION),
    ),
  );
  return choice(longer, ...greater, sequence(text(whole), fractionAtLeast(fraction, exclusive)));
}

function magnitudeAtMost({ whole, fraction }: Magnitude, exclusive: boolean): Expression {
  const shorter =
    whole.length > 1 ? choice(text("0"), sequence(digits(1, 9), repeat(DIGIT, 0, whole.length - 2))) : NOTHING;
  const less = [...whole].map((digit, index) =>
    sequence(
      text(whole.slice(0, index)),
      digits(firstDigit(whole, index), Number(digit) - 1),
      repeat(DIGIT, whole.length - index - 1, whole.length - index - 1),
    ),
  );
  const below = sequence(choice(shorter, ...less), optional(FRACTION));
  return choice(below, sequence(text(whole), fractionAtMost(fraction, exclusive)));
}

/** A whole part of several digits does not begin with 0. */
function firstDigit(whole: string, index: number): number {
  return index === 0 && whole.length > 1 ? 1 : 0;
}

function fractionAtLeast(fraction: string, exclusive: boolean): Expression {
  const someDigit = sequence(TAIL, digits(1, 9), TAIL);
  if (fraction === "") return exclusive ? sequence(text("."), someDigit) : optional(FRACTION);
  const greater = [...fraction].map((digit, index) =>
    sequence(text(fraction.slice(0, index)), digits(Number(digit) + 1, 9), TAIL),
  );
  return sequence(text("."), choice(...greater, sequence(text(fraction), exclusive ? someDigit : TAIL)));
}

function fractionAtMost(fraction: string, exclusive: boolean): Expression {
  const noughts = repeat(text("0"), 0, ANY);
  if (fraction === "") return exclusive ? NOTHING : optional(sequence(text(".0"), noughts));
  const less = [...fraction].map((digit, index) =>
    sequence(text(fraction.slice(0, index)), digits(0, Number(digit) - 1), TAIL),
  );
  // "1.2" is below "1.25", though no digit of it is.
  const cut = [...fraction].slice(1).map((_, index) => text(fraction.slice(0, index + 1)));
  const same = exclusive ? [] : [sequence(text(fraction), noughts)];
  return choice(EMPTY, sequence(text("."), choice(...less, ...cut, ...same)));
}

function digits(from: number, to: number): Expression {
  return from > to ? NOTHING : oneOf([[0x30 + from, 0x30 + to]]);
}

/** The shortest decimal that is this number, without exponent and sign. */
export function magnitude(value: number): Magnitude {
  const [mantissa = "0", exponent = "0"] = String(Math.abs(value)).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const shift = Number(exponent);
  const all = whole + fraction;
  const point = whole.length + shift;
  const before = point > 0 ? all.slice(0, point).padEnd(point, "0") : "0";
  const after = point > 0 ? all.slice(point) : "0".repeat(-point) + all;
  return { whole: before.replace(/^0+(?=\d)/, ""), fraction: withoutTrailingZeros(after) };
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end -= 1;
  return digits.slice(0, end);
}

const MAX_REMAINDERS = 1000;
const MAX_DIVISOR_DECIMALS = 6;

/** Decimals that are multiples of `divisor`: a state for each remainder and each decimal that is still to come. */
function multiplesAutomaton(divisor: number): Automaton | undefined {
  const { whole, fraction } = magnitude(divisor);
  const decimals = fraction.length;
  const modulus = Number(whole + fraction);
  if (modulus > MAX_REMAINDERS || decimals > MAX_DIVISOR_DECIMALS) return undefined;
  if (modulus * (decimals + 2) > MAX_STATES) return undefined;
  const edges: Edge[][] = [];
  const accepting: boolean[] = [];
  const index = new Map<string, number>();
  const waiting: { place: number; remainder: number }[] = [];
  // place: -2 at the beginning, -1 before the point, then the number of decimals so far.
  const stateOf = (place: number, remainder: number): number => {
    const key = `${place}:${remainder}`;
    const known = index.get(key);
    if (known !== undefined) return known;
    index.set(key, edges.length);
    waiting.push({ place, remainder });
    const missing = decimals - Math.max(place, 0);
    accepting.push(place !== -2 && (remainder * 10 ** Math.max(missing, 0)) % modulus === 0);
    return edges.push([]) - 1;
  };
  const start = stateOf(-2, 0);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { place, remainder } = next;
    const from = edges[stateOf(place, remainder)] ?? [];
    if (place === -2) from.push({ from: 0x2d, to: 0x2d, target: stateOf(-2, 0) });
    if (place === -1) from.push({ from: 0x2e, to: 0x2e, target: stateOf(0, remainder) });
    for (let digit = 0; digit <= 9; digit++) {
      const code = 0x30 + digit;
      if (place < decimals) {
        const target = stateOf(Math.max(place, -1) + (place >= 0 ? 1 : 0), (remainder * 10 + digit) % modulus);
        from.push({ from: code, to: code, target });
      } else if (digit === 0) {
        // Further decimals are noughts.
        from.push({ from: code, to: code, target: stateOf(place, remainder) });
      }
    }
  }
  return minimize({ start, accepting, edges: edges.map((list) => list.sort((a, b) => a.from - b.from)) });
}

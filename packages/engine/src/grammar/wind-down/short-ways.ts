import { choice, type Expression, repeat, sequence } from "../language/expression.js";

type Rules = ReadonlyMap<string, Expression>;

/** How much longer than the shortest an alternative may be. */
const SLACK = 24;
/** Further characters of a text that may be endless. */
const FURTHER_CHARACTERS = 16;

/** Rules, and an expression over them, with nothing endless left: a text by them comes to its end soon. */
export function shortWays(rules: Rules, start: Expression): Map<string, Expression> {
  const lengths = shortestLengths(rules);
  const shortener = new Shortener(lengths);
  const short = new Map<string, Expression>();
  for (const [name, expression] of rules) {
    short.set(name, shortener.shorten(expression, lengths.get(name) ?? Number.POSITIVE_INFINITY));
  }
  return short.set("root", shortener.shorten(start, Number.POSITIVE_INFINITY));
}

/** The length of the shortest text of each rule, in characters. */
function shortestLengths(rules: Rules): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  // Rules mostly refer to later ones: backwards, one pass finds nearly all.
  const backwards = [...rules].reverse();
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, expression] of backwards) {
      const length = shortestOf(expression, lengths);
      if (length >= (lengths.get(name) ?? Number.POSITIVE_INFINITY)) continue;
      lengths.set(name, length);
      changed = true;
    }
  }
  return lengths;
}

function shortestOf(expression: Expression, lengths: ReadonlyMap<string, number>): number {
  switch (expression.type) {
    case "text":
      return expression.text.length;
    case "set":
      return 1;
    case "rule":
      return lengths.get(expression.name) ?? Number.POSITIVE_INFINITY;
    case "sequence":
      return expression.parts.reduce((sum, part) => sum + shortestOf(part, lengths), 0);
    case "choice":
      return expression.options.reduce(
        (least, option) => Math.min(least, shortestOf(option, lengths)),
        Number.POSITIVE_INFINITY,
      );
    case "repeat":
      return expression.min === 0 ? 0 : expression.min * shortestOf(expression.inner, lengths);
  }
}

class Shortener {
  constructor(private readonly lengths: ReadonlyMap<string, number>) {}

  /** @param room - the shortest text of the rule around it: a longer alternative has to lead to shorter rules */
  shorten(expression: Expression, room: number): Expression {
    switch (expression.type) {
      case "sequence":
        return sequence(...expression.parts.map((part) => this.shorten(part, room)));
      case "choice": {
        const least = shortestOf(expression, this.lengths);
        const kept = expression.options.filter((option) => {
          const length = shortestOf(option, this.lengths);
          return length === least || (length <= least + SLACK && this.longestRule(option) < room);
        });
        return choice(...kept.map((option) => this.shorten(option, room)));
      }
      case "repeat": {
        const { inner, min, max } = expression;
        const more = shortestOf(inner, this.lengths) === 1 ? FURTHER_CHARACTERS : 0;
        return repeat(this.shorten(inner, room), min, Math.min(max, min + more));
      }
      default:
        return expression;
    }
  }

  /** The shortest text of the largest rule that is referred to; -1 without any. */
  private longestRule(expression: Expression): number {
    switch (expression.type) {
      case "rule":
        return this.lengths.get(expression.name) ?? Number.POSITIVE_INFINITY;
      case "sequence":
        return Math.max(-1, ...expression.parts.map((part) => this.longestRule(part)));
      case "choice":
        return Math.max(-1, ...expression.options.map((option) => this.longestRule(option)));
      case "repeat":
        return this.longestRule(expression.inner);
      default:
        return -1;
    }
  }
}

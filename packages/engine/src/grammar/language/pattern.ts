import { type Automaton, EVERYTHING, intersectAutomata, minimize, step, subtractAutomata } from "./automaton.js";
import { ANY_CHARACTER } from "./code-points.js";
import { automatonOf } from "./determinize.js";
import { type Expression, oneOf, repeat, sequence } from "./expression.js";
import { BEGIN_MARK, END_MARK, type ParsedPattern, parsePattern } from "./pattern-parser.js";

/** A pattern is no regular expression at all. */
export class InvalidPatternError extends Error {
  override readonly name = "InvalidPatternError";
}

const ANYTHING: Expression = repeat(oneOf([...ANY_CHARACTER, [BEGIN_MARK, END_MARK]]), 0, Number.POSITIVE_INFINITY);
const MARKED_TEXT: Automaton = automatonOf(
  sequence(
    oneOf([[BEGIN_MARK, BEGIN_MARK]]),
    repeat(oneOf(ANY_CHARACTER), 0, Number.POSITIVE_INFINITY),
    oneOf([[END_MARK, END_MARK]]),
  ),
);

/**
 * The texts in which a JSON Schema `pattern` is found: not anchored unless it says so.
 *
 * @throws InvalidPatternError when it is no regular expression
 * @throws UnsupportedPatternError when a grammar can't follow it
 * @throws LanguageTooLargeError when it would need too many states
 */
export function patternAutomaton(source: string): Automaton {
  checkSyntax(source);
  const parsed = parsePattern(source);
  const found = automatonOf(sequence(ANYTHING, parsed.expression, ANYTHING));
  return withoutMarks(restrict(intersectAutomata(MARKED_TEXT, found), parsed));
}

function restrict(language: Automaton, { lookaheads }: ParsedPattern): Automaton {
  return lookaheads.reduce((rest, { expression, negative }) => {
    const ahead = automatonOf(sequence(oneOf([[BEGIN_MARK, BEGIN_MARK]]), expression, ANYTHING));
    return negative ? subtractAutomata(rest, ahead) : intersectAutomata(rest, ahead);
  }, language);
}

/** Takes the marks of the two ends out again: begins after the first, accepts where the last would follow. */
function withoutMarks(automaton: Automaton): Automaton {
  const start = step(automaton, automaton.start, BEGIN_MARK);
  if (start < 0) return { ...EVERYTHING, accepting: [false], edges: [[]] };
  return minimize({
    start,
    accepting: automaton.edges.map((_, state) => {
      const end = step(automaton, state, END_MARK);
      return end >= 0 && (automaton.accepting[end] ?? false);
    }),
    edges: automaton.edges.map((edges) => edges.filter((edge) => edge.to < BEGIN_MARK)),
  });
}

function checkSyntax(source: string): void {
  for (const flags of ["u", ""]) {
    try {
      new RegExp(source, flags);
      return;
    } catch {
      // The other reading may allow it: `\-` is an error in Unicode mode only.
    }
  }
  throw new InvalidPatternError(`${JSON.stringify(source)} is not a regular expression`);
}

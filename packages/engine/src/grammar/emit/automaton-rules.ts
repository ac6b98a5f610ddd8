import { type Automaton, edgesByTarget } from "../language/automaton.js";
import { type CodePointRange, type CodePoints, codePoints } from "../language/code-points.js";
import { choice, type Expression, sequence } from "../language/expression.js";
import type { RuleBook } from "./rule-book.js";

/** How an automaton becomes rules. */
export interface AutomatonWriting {
  readonly automaton: Automaton;
  /** Unique for this automaton. */
  readonly key: string;
  readonly hint: string;
  /** How a set of characters is written. */
  characters(set: CodePoints): Expression;
  /** What follows where the text may end. */
  readonly end: Expression;
}

/** Parentheses inside each other; deeper ones become rules of their own. */
const MAX_NESTING = 8;

/**
 * The texts of an automaton as rules, one for each state that is entered from several places. At every character there
 * is one way to go on, which is the cheapest grammar for llama.cpp to follow.
 */
export function writeAutomaton(book: RuleBook, writing: AutomatonWriting): Expression {
  const { automaton, key, hint, end } = writing;
  const entries = new Array<number>(automaton.edges.length).fill(0);
  for (const edges of automaton.edges) {
    for (const target of edgesByTarget(edges).keys()) entries[target] = (entries[target] ?? 0) + 1;
  }
  const stateRule = (state: number): Expression => book.ruleFor(`${key}@${state}`, hint, () => stateBody(state, 0));
  const stateBody = (state: number, nesting: number): Expression => {
    const ways = [...edgesByTarget(automaton.edges[state] ?? [])].map(([target, ranges]) => {
      const parts = [writing.characters(codePoints(ranges))];
      let at = target;
      const isAlone = (): boolean => entries[at] === 1 && at !== automaton.start;
      // Where there is only one way to go on, no parentheses are needed.
      for (let way = onlyWay(automaton, at); way && isAlone(); way = onlyWay(automaton, at)) {
        parts.push(writing.characters(codePoints(way[1])));
        at = way[0];
      }
      parts.push(isAlone() && nesting < MAX_NESTING ? stateBody(at, nesting + 1) : stateRule(at));
      return sequence(...parts);
    });
    return choice(...ways, ...(automaton.accepting[state] ? [end] : []));
  };
  return (entries[automaton.start] ?? 0) > 0 ? stateRule(automaton.start) : stateBody(automaton.start, 0);
}

/** Where a state leads, if there is only one place and the text does not end here. */
function onlyWay(automaton: Automaton, state: number): [number, CodePointRange[]] | undefined {
  const [way, ...others] = edgesByTarget(automaton.edges[state] ?? []);
  return automaton.accepting[state] || others.length > 0 ? undefined : way;
}

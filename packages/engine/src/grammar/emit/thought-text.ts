import { subtractAutomata } from "../language/automaton.js";
import { ANY_CHARACTER, charactersOf } from "../language/code-points.js";
import { automatonOf } from "../language/determinize.js";
import { choice, type Expression, oneOf, repeat, sequence, text } from "../language/expression.js";
import { writeAutomaton } from "./automaton-rules.js";
import type { RuleBook } from "./rule-book.js";

/** A thought in front of the answer. */
export interface Thought {
  /** Such as `<think>`. */
  open: string;
  /** Such as `</think>`. */
  close: string;
  /** The prompt already ended with `open`, so that the output begins inside the thought. */
  opened: boolean;
}

/** The answer behind a thought of any text. A thought that the prompt did not begin can be left out. */
export function afterThought(book: RuleBook, { open, close, opened }: Thought, answer: Expression): Expression {
  const anything = (min: number) => repeat(oneOf(ANY_CHARACTER), min, Number.POSITIVE_INFINITY);
  const closed = automatonOf(sequence(anything(0), text(close)));
  const gap = repeat(oneOf(charactersOf("\n")), 0, 2);
  const thought = writeAutomaton(book, {
    // Up to the first closing tag.
    automaton: subtractAutomata(closed, automatonOf(sequence(anything(0), text(close), anything(1)))),
    key: "thought",
    hint: "thought",
    characters: oneOf,
    end: sequence(gap, answer),
  });
  return opened ? thought : choice(answer, sequence(text(open), thought));
}

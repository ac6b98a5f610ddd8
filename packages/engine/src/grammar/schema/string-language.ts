import {
  type Automaton,
  accepts,
  intersectAutomata,
  LanguageTooLargeError,
  lengthAutomaton,
  MAX_STATES,
} from "../language/automaton.js";
import type { StringShape } from "./shapes.js";

/** Whether a text has a string shape. */
export function admitsText(shape: StringShape, value: string): boolean {
  const length = [...value].length;
  if (length < shape.minLength || length > shape.maxLength) return false;
  return shape.languages.every((language) => accepts(language, value));
}

/**
 * The one automaton for all that a string shape asks; nothing when it asks nothing.
 *
 * @throws LanguageTooLargeError when it would need too many states
 */
export function stringLanguage(shape: StringShape): Automaton | undefined {
  const bounded = shape.minLength > 0 || shape.maxLength !== Number.POSITIVE_INFINITY;
  const languages = bounded ? [...shape.languages, lengthAutomaton(shape.minLength, shape.maxLength)] : shape.languages;
  const [first, ...others] = languages;
  if (!first) return undefined;
  const language = others.reduce((all, next) => intersectAutomata(all, next), first);
  if (language.edges.length > MAX_STATES)
    throw new LanguageTooLargeError(`more than ${MAX_STATES} states when its constraints are combined`);
  return language;
}

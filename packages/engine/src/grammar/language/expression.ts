import type { CodePoints } from "./code-points.js";

/**
 * What a grammar's right-hand side is made of. Without `rule` it describes a regular language, which
 * `automatonOf` turns into an automaton.
 */
export type Expression =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "set"; readonly set: CodePoints }
  | { readonly type: "sequence"; readonly parts: readonly Expression[] }
  | { readonly type: "choice"; readonly options: readonly Expression[] }
  | { readonly type: "repeat"; readonly inner: Expression; readonly min: number; readonly max: number }
  | { readonly type: "rule"; readonly name: string };

/** Matches the empty text. */
export const EMPTY: Expression = { type: "sequence", parts: [] };

/** Matches nothing at all. */
export const NOTHING: Expression = { type: "choice", options: [] };

/** Exactly this text. */
export function text(value: string): Expression {
  return value === "" ? EMPTY : { type: "text", text: value };
}

/** One character of a set. */
export function oneOf(set: CodePoints): Expression {
  return set.length === 0 ? NOTHING : { type: "set", set };
}

/** One after the other. */
export function sequence(...parts: Expression[]): Expression {
  const flat = parts.flatMap((part) => (part.type === "sequence" ? part.parts : [part]));
  if (flat.some((part) => part.type === "choice" && part.options.length === 0)) return NOTHING;
  const [only] = flat;
  return flat.length === 1 && only ? only : { type: "sequence", parts: flat };
}

/** Any one of these. */
export function choice(...options: Expression[]): Expression {
  const flat = options.flatMap((option) => (option.type === "choice" ? option.options : [option]));
  const [only] = flat;
  return flat.length === 1 && only ? only : { type: "choice", options: flat };
}

/** `min` to `max` times. */
export function repeat(inner: Expression, min: number, max: number): Expression {
  if (max <= 0) return EMPTY;
  if (min === 1 && max === 1) return inner;
  return { type: "repeat", inner, min, max };
}

/** Once or not at all. */
export function optional(inner: Expression): Expression {
  return repeat(inner, 0, 1);
}

/** A reference to a rule. */
export function rule(name: string): Expression {
  return { type: "rule", name };
}

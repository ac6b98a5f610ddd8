import { choice, type Expression, sequence, text } from "../language/expression.js";
import { isRecord } from "../schema/schema-document.js";
import { COMMA, SPACE } from "./json-rules.js";

/** A fixed value, as `JSON.stringify` writes it, with a space after `:` and `,` or without. */
export function literalText(value: unknown): Expression {
  if (Array.isArray(value)) return sequence(text("["), ...separated(value.map(literalText)), text("]"));
  if (!isRecord(value)) return text(JSON.stringify(value));
  const members = Object.entries(value).map(([name, inner]) =>
    sequence(text(`${JSON.stringify(name)}:`), SPACE, literalText(inner)),
  );
  return sequence(text("{"), ...separated(members), text("}"));
}

function separated(items: Expression[]): Expression[] {
  return items.flatMap((item, index) => (index === 0 ? [item] : [COMMA, item]));
}

/** Any one of some values. */
export function literalTexts(values: readonly unknown[]): Expression {
  return choice(...values.map(literalText));
}

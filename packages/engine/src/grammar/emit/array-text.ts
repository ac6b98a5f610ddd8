import { EMPTY, type Expression, NOTHING, optional, repeat, sequence, text } from "../language/expression.js";
import { type ArrayShape, itemSchemas } from "../schema/shapes.js";
import { COMMA } from "./json-rules.js";
import type { NodeWriter } from "./node-writer.js";

/** Most repetitions that llama.cpp takes in a rule. */
export const MAX_REPEATS = 1000;

/** An array: the items that have a place of their own, then as many of the rest as the bounds allow. */
export function arrayText(shape: ArrayShape, key: string, hint: string, writer: NodeWriter): Expression {
  const placed = Math.max(0, ...shape.facets.map((facet) => facet.prefix.length));
  const tuple = placed > 0 && !writer.openWorld && shape.facets.every((facet) => facet.items === undefined);
  const min = shape.minItems ?? (tuple ? Math.min(placed, shape.maxItems) : 0);
  const max = tuple ? Math.min(placed, shape.maxItems) : shape.maxItems;
  if (min > max) return NOTHING;
  return sequence(text("["), items({ shape, key, hint, writer, placed, min, max }), text("]"));
}

/** An array that is being written: `key` names its rules. */
interface ArrayWriting {
  readonly shape: ArrayShape;
  readonly key: string;
  readonly hint: string;
  readonly writer: NodeWriter;
  /** Items with a place of their own. */
  readonly placed: number;
  readonly min: number;
  readonly max: number;
}

function items(writing: ArrayWriting): Expression {
  const { shape, key, hint, writer, placed, min, max } = writing;
  const item = (index: number) => writer.node(itemSchemas(shape, index), `${hint}-item`);
  // A rule of its own: llama.cpp counts what is inside a repetition against its limit.
  const further = (index: number) =>
    writer.book.ruleFor(`${key} item ${index}`, `${hint}-more`, () => sequence(COMMA, item(index)));
  const from = (index: number): Expression => {
    if (index >= max) return EMPTY;
    if (index >= placed && index > 0) return repeat(further(index), Math.max(0, min - index), max - index);
    const first = index === 0 ? item(0) : further(index);
    const rest = index < placed ? from(index + 1) : repeat(further(0), Math.max(0, min - 1), max - 1);
    const written = sequence(first, rest);
    return index < min ? written : optional(written);
  };
  return from(0);
}

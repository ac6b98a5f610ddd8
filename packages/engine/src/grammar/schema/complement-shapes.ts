import { complementAutomaton, LanguageTooLargeError } from "../language/automaton.js";
import { automatonOf } from "../language/determinize.js";
import { text } from "../language/expression.js";
import type { Admits } from "./intersect-shapes.js";
import { intersectShapes } from "./intersect-shapes.js";
import { type LocatedSchema, NEVER } from "./schema-document.js";
import {
  ANY_NUMBER,
  ANY_OBJECT,
  ANY_STRING,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type StringShape,
} from "./shapes.js";
import { stringLanguage } from "./string-language.js";

/**
 * The shapes of the values that have one of `shapes` and none of `removed`; nothing when shapes can't say that, such as
 * for an array without certain items.
 */
export function subtractShapes(
  shapes: readonly Shape[],
  removed: readonly Shape[],
  admits: Admits,
): readonly Shape[] | undefined {
  let rest: readonly Shape[] = shapes;
  for (const excluded of removed) {
    const parts = rest.map((shape) => subtractOne(shape, excluded, admits));
    if (parts.includes(undefined)) return undefined;
    rest = parts.flatMap((part) => part ?? []);
  }
  return rest;
}

function subtractOne(shape: Shape, removed: Shape, admits: Admits): readonly Shape[] | undefined {
  if (shape.kind === "literal") return admits(removed, shape.value) ? [] : [shape];
  if (removed.kind === "literal") return subtractValue(shape, removed.value, admits);
  if (shape.kind !== removed.kind) return [shape];
  const outside = complement(removed);
  return outside && intersectShapes([shape], outside, admits);
}

function subtractValue(shape: Shape, value: unknown, admits: Admits): readonly Shape[] | undefined {
  if (!admits(shape, value)) return [shape];
  if (shape.kind === "string" && typeof value === "string") {
    return [{ ...shape, languages: [...shape.languages, complementAutomaton(automatonOf(text(value)))] }];
  }
  if (shape.kind === "number" && typeof value === "number") {
    const bound = { value, exclusive: true };
    return intersectShapes(
      [shape],
      [
        { ...ANY_NUMBER, upper: bound },
        { ...ANY_NUMBER, lower: bound },
      ],
      admits,
    );
  }
  return undefined;
}

/** The values of the same JSON type that don't have the shape. */
function complement(shape: Shape): readonly Shape[] | undefined {
  switch (shape.kind) {
    case "number":
      return complementNumber(shape);
    case "string":
      return complementString(shape);
    case "object":
      return complementObject(shape);
    case "array": {
      const constrained = shape.facets.length > 0 || (shape.minItems ?? 0) > 0 || Number.isFinite(shape.maxItems);
      return constrained ? undefined : [];
    }
    case "literal":
      return undefined;
  }
}

function complementNumber({ integer, multiplesOf, lower, upper }: NumberShape): readonly Shape[] | undefined {
  if (integer || multiplesOf.length > 0) return undefined;
  const below = lower && { ...ANY_NUMBER, upper: { value: lower.value, exclusive: !lower.exclusive } };
  const above = upper && { ...ANY_NUMBER, lower: { value: upper.value, exclusive: !upper.exclusive } };
  return [below ?? [], above ?? []].flat();
}

function complementString(shape: StringShape): readonly Shape[] | undefined {
  try {
    const language = stringLanguage(shape);
    return language ? [{ ...ANY_STRING, languages: [complementAutomaton(language)] }] : [];
  } catch (error) {
    if (error instanceof LanguageTooLargeError) return undefined;
    throw error;
  }
}

/** Some required property is absent, or some property is there and is not what it has to be. */
function complementObject(shape: ObjectShape): readonly Shape[] | undefined {
  const simple = shape.minProperties === 0 && !Number.isFinite(shape.maxProperties) && shape.names.length === 0;
  if (!simple || shape.facets.some((facet) => facet.patterns.length > 0 || facet.additional)) return undefined;
  const absent = shape.required.map((name) => withProperty(name, NEVER, []));
  const different = shape.facets.flatMap((facet) =>
    [...facet.properties].map(([name, schema]) => withProperty(name, opposite(schema), [name])),
  );
  return [...absent, ...different];
}

function withProperty(name: string, schema: LocatedSchema, required: readonly string[]): ObjectShape {
  return { ...ANY_OBJECT, facets: [{ properties: new Map([[name, schema]]), patterns: [] }], required };
}

function opposite(schema: LocatedSchema): LocatedSchema {
  return { schema: { not: schema.schema }, path: `${schema.path}~not`, base: schema.base };
}

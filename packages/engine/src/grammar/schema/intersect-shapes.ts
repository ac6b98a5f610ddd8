import type { ArrayShape, NumberBound, NumberShape, ObjectShape, Shape, StringShape } from "./shapes.js";
import { canonicalJson } from "./shapes.js";

/** Whether a shape admits a value; decided by who can read the schemas of its children. */
export type Admits = (shape: Shape, value: unknown) => boolean;

/** The shapes that values of both lists have. */
export function intersectShapes(a: readonly Shape[], b: readonly Shape[], admits: Admits): Shape[] {
  const values = new Set(b.flatMap((shape) => (shape.kind === "literal" ? [canonicalJson(shape.value)] : [])));
  const others = b.filter(({ kind }) => kind !== "literal");
  const common = a.flatMap((left) => {
    if (left.kind !== "literal") return b.flatMap((right) => intersectPair(left, right, admits) ?? []);
    // Two long enumerations: not each value with each.
    const isCommon = values.has(canonicalJson(left.value)) || others.some((right) => admits(right, left.value));
    return isCommon ? [left] : [];
  });
  return withoutRepeatedLiterals(common);
}

function intersectPair(a: Shape, b: Shape, admits: Admits): Shape | undefined {
  if (a.kind === "literal") return admits(b, a.value) ? a : undefined;
  if (b.kind === "literal") return admits(a, b.value) ? b : undefined;
  if (a.kind === "number" && b.kind === "number") return intersectNumbers(a, b);
  if (a.kind === "string" && b.kind === "string") return intersectStrings(a, b);
  if (a.kind === "array" && b.kind === "array") return intersectArrays(a, b);
  if (a.kind === "object" && b.kind === "object") return intersectObjects(a, b);
  return undefined;
}

function intersectNumbers(a: NumberShape, b: NumberShape): NumberShape | undefined {
  const lower = tighter(a.lower, b.lower, (x, y) => x > y);
  const upper = tighter(a.upper, b.upper, (x, y) => x < y);
  if (lower && upper) {
    if (lower.value > upper.value) return undefined;
    if (lower.value === upper.value && (lower.exclusive || upper.exclusive)) return undefined;
  }
  return {
    kind: "number",
    integer: a.integer || b.integer,
    lower,
    upper,
    multiplesOf: [...new Set([...a.multiplesOf, ...b.multiplesOf])],
  };
}

function tighter(
  a: NumberBound | undefined,
  b: NumberBound | undefined,
  beats: (x: number, y: number) => boolean,
): NumberBound | undefined {
  if (!a || !b) return a ?? b;
  if (a.value === b.value) return a.exclusive ? a : b;
  return beats(a.value, b.value) ? a : b;
}

function intersectStrings(a: StringShape, b: StringShape): StringShape | undefined {
  const minLength = Math.max(a.minLength, b.minLength);
  const maxLength = Math.min(a.maxLength, b.maxLength);
  if (minLength > maxLength) return undefined;
  return { kind: "string", minLength, maxLength, languages: [...new Set([...a.languages, ...b.languages])] };
}

function intersectArrays(a: ArrayShape, b: ArrayShape): ArrayShape | undefined {
  const minItems =
    a.minItems === undefined && b.minItems === undefined ? undefined : Math.max(a.minItems ?? 0, b.minItems ?? 0);
  const maxItems = Math.min(a.maxItems, b.maxItems);
  if ((minItems ?? 0) > maxItems) return undefined;
  return {
    kind: "array",
    facets: [...a.facets, ...b.facets.filter((facet) => !a.facets.includes(facet))],
    minItems,
    maxItems,
  };
}

function intersectObjects(a: ObjectShape, b: ObjectShape): ObjectShape | undefined {
  const required = [...new Set([...a.required, ...b.required])];
  const maxProperties = Math.min(a.maxProperties, b.maxProperties);
  const minProperties = Math.max(a.minProperties, b.minProperties);
  if (Math.max(required.length, minProperties) > maxProperties) return undefined;
  return {
    kind: "object",
    facets: [...a.facets, ...b.facets.filter((facet) => !a.facets.includes(facet))],
    required,
    minProperties,
    maxProperties,
    names: [...new Set([...a.names, ...b.names])],
  };
}

/** Leaves out literals that are there already. */
export function withoutRepeatedLiterals(shapes: readonly Shape[]): Shape[] {
  const seen = new Set<string>();
  return shapes.filter((shape) => {
    if (shape.kind !== "literal") return true;
    const key = canonicalJson(shape.value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

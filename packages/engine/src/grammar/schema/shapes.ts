import type { Automaton } from "../language/automaton.js";
import type { LocatedSchema } from "./schema-document.js";

/**
 * A schema in a normal form: a list of shapes, any of which a value may have. Each shape is of one JSON type, so that
 * "and" is the intersection of two shapes and every keyword has one place. Children stay schemas, which keeps recursive
 * schemas finite.
 */
export type Shape = LiteralShape | NumberShape | StringShape | ArrayShape | ObjectShape;

/** One value: `null`, `true`, `false`, or a member of an `enum`. */
export interface LiteralShape {
  readonly kind: "literal";
  readonly value: unknown;
}

/** A bound of a number. */
export interface NumberBound {
  readonly value: number;
  readonly exclusive: boolean;
}

export interface NumberShape {
  readonly kind: "number";
  readonly integer: boolean;
  readonly lower?: NumberBound | undefined;
  readonly upper?: NumberBound | undefined;
  readonly multiplesOf: readonly number[];
}

export interface StringShape {
  readonly kind: "string";
  /** In characters (code points). */
  readonly minLength: number;
  readonly maxLength: number;
  /** The text has to be accepted by each of them. */
  readonly languages: readonly Automaton[];
}

/** What one schema says of an array's items. */
export interface ItemsFacet {
  readonly prefix: readonly LocatedSchema[];
  readonly items?: LocatedSchema | undefined;
}

export interface ArrayShape {
  readonly kind: "array";
  readonly facets: readonly ItemsFacet[];
  readonly minItems?: number | undefined;
  readonly maxItems: number;
}

/** What one schema says of an object's properties. */
export interface PropertiesFacet {
  readonly properties: ReadonlyMap<string, LocatedSchema>;
  readonly patterns: readonly { readonly automaton: Automaton; readonly schema: LocatedSchema }[];
  readonly additional?: LocatedSchema | undefined;
}

export interface ObjectShape {
  readonly kind: "object";
  readonly facets: readonly PropertiesFacet[];
  readonly required: readonly string[];
  readonly minProperties: number;
  readonly maxProperties: number;
  /** Every name has to be accepted by each of them. */
  readonly names: readonly Automaton[];
}

export const ANY_NUMBER: NumberShape = { kind: "number", integer: false, multiplesOf: [] };
export const ANY_STRING: StringShape = {
  kind: "string",
  minLength: 0,
  maxLength: Number.POSITIVE_INFINITY,
  languages: [],
};
export const ANY_ARRAY: ArrayShape = {
  kind: "array",
  facets: [],
  maxItems: Number.POSITIVE_INFINITY,
};
export const ANY_OBJECT: ObjectShape = {
  kind: "object",
  facets: [],
  required: [],
  minProperties: 0,
  maxProperties: Number.POSITIVE_INFINITY,
  names: [],
};

/** A literal. */
export function literal(value: unknown): LiteralShape {
  return { kind: "literal", value };
}

/** Every JSON value. */
export const ANY_VALUE: readonly Shape[] = [
  literal(null),
  literal(true),
  literal(false),
  ANY_NUMBER,
  ANY_STRING,
  ANY_ARRAY,
  ANY_OBJECT,
];

/** The JSON text of a value with sorted keys: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
}

/** The schemas that hold for one property: all that name it, match it, or else cover the rest. */
export function propertySchemas(shape: ObjectShape, name: string, matches: PatternMatch): LocatedSchema[] {
  return shape.facets.flatMap((facet) => {
    const own = facet.properties.get(name);
    const byPattern = facet.patterns.filter(({ automaton }) => matches(automaton, name)).map(({ schema }) => schema);
    const named = own ? [own, ...byPattern] : byPattern;
    return named.length === 0 && facet.additional ? [facet.additional] : named;
  });
}

/** Whether a name matches a pattern's automaton. */
export type PatternMatch = (automaton: Automaton, name: string) => boolean;

/** The schemas that hold for an item. */
export function itemSchemas(shape: ArrayShape, index: number): LocatedSchema[] {
  return shape.facets.flatMap((facet) => facet.prefix[index] ?? facet.items ?? []);
}

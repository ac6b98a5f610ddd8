import { accepts } from "../language/automaton.js";
import type { SchemaNode } from "./schema-document.js";
import { isRecord } from "./schema-document.js";
import {
  type ArrayShape,
  canonicalJson,
  itemSchemas,
  type NumberShape,
  type ObjectShape,
  propertySchemas,
  type Shape,
} from "./shapes.js";
import { admitsText } from "./string-language.js";

/** Decides whether the schemas of a child allow a value. */
export interface NodeReader {
  admits(node: SchemaNode, value: unknown): boolean;
  shapesOf(node: SchemaNode): readonly Shape[];
}

/** Whether a value has a shape. */
export function admitsValue(shape: Shape, value: unknown, reader: NodeReader): boolean {
  switch (shape.kind) {
    case "literal":
      return canonicalJson(shape.value) === canonicalJson(value);
    case "number":
      return typeof value === "number" && admitsNumber(shape, value);
    case "string":
      return typeof value === "string" && admitsText(shape, value);
    case "array":
      return Array.isArray(value) && admitsItems(shape, value, reader);
    case "object":
      return isRecord(value) && admitsProperties(shape, value, reader);
  }
}

/** Whether a number is within the bounds and a multiple. */
export function admitsNumber(shape: NumberShape, value: number): boolean {
  const { lower, upper } = shape;
  if (shape.integer && !Number.isInteger(value)) return false;
  if (lower && (lower.exclusive ? value <= lower.value : value < lower.value)) return false;
  if (upper && (upper.exclusive ? value >= upper.value : value > upper.value)) return false;
  return shape.multiplesOf.every((divisor) => {
    const quotient = value / divisor;
    return Math.abs(quotient - Math.round(quotient)) < 1e-9;
  });
}

function admitsItems(shape: ArrayShape, items: readonly unknown[], reader: NodeReader): boolean {
  if (items.length < (shape.minItems ?? 0) || items.length > shape.maxItems) return false;
  return items.every((item, index) => reader.admits(itemSchemas(shape, index), item));
}

function admitsProperties(shape: ObjectShape, object: Record<string, unknown>, reader: NodeReader): boolean {
  const names = Object.keys(object);
  if (names.length < shape.minProperties || names.length > shape.maxProperties) return false;
  if (!shape.required.every((name) => Object.hasOwn(object, name))) return false;
  return names.every((name) => {
    if (!shape.names.every((language) => accepts(language, name))) return false;
    return reader.admits(propertySchemas(shape, name, accepts), object[name]);
  });
}

import { accepts, intersectAutomata, isEmptyLanguage, LanguageTooLargeError } from "../language/automaton.js";
import { admitsValue, type NodeReader } from "./admits-value.js";
import { intersectShapes } from "./intersect-shapes.js";
import {
  type ArrayShape,
  itemSchemas,
  type ObjectShape,
  propertySchemas,
  type Shape,
  type StringShape,
} from "./shapes.js";
import { stringLanguage } from "./string-language.js";

/** How deep to look for a difference between two objects or arrays. */
const MAX_DEPTH = 3;

/** Whether it is certain that no value has a shape of both lists. */
export function areDisjoint(a: readonly Shape[], b: readonly Shape[], reader: NodeReader, depth = 0): boolean {
  return a.every((left) => b.every((right) => pairDisjoint(left, right, reader, depth)));
}

function pairDisjoint(a: Shape, b: Shape, reader: NodeReader, depth: number): boolean {
  if (a.kind === "object" && b.kind === "object") return objectsDisjoint(a, b, reader, depth);
  if (a.kind === "array" && b.kind === "array") return arraysDisjoint(a, b, reader, depth);
  if (a.kind === "string" && b.kind === "string") return textsDisjoint(a, b);
  return intersectShapes([a], [b], (shape, value) => admitsValue(shape, value, reader)).length === 0;
}

function textsDisjoint(a: StringShape, b: StringShape): boolean {
  try {
    const left = stringLanguage(a);
    const right = stringLanguage(b);
    return left !== undefined && right !== undefined && isEmptyLanguage(intersectAutomata(left, right));
  } catch (error) {
    if (error instanceof LanguageTooLargeError) return false;
    throw error;
  }
}

/** Disjoint when a property that one has to have can't be the other's. */
function objectsDisjoint(a: ObjectShape, b: ObjectShape, reader: NodeReader, depth: number): boolean {
  if (depth >= MAX_DEPTH) return false;
  return [...new Set([...a.required, ...b.required])].some((name) => {
    const left = reader.shapesOf(propertySchemas(a, name, accepts));
    const right = reader.shapesOf(propertySchemas(b, name, accepts));
    return areDisjoint(left, right, reader, depth + 1);
  });
}

function arraysDisjoint(a: ArrayShape, b: ArrayShape, reader: NodeReader, depth: number): boolean {
  const always = Math.max(a.minItems ?? 0, b.minItems ?? 0);
  if (always > Math.min(a.maxItems, b.maxItems)) return true;
  if (depth >= MAX_DEPTH) return false;
  return Array.from({ length: Math.min(always, 8) }, (_, index) => index).some((index) =>
    areDisjoint(reader.shapesOf(itemSchemas(a, index)), reader.shapesOf(itemSchemas(b, index)), reader, depth + 1),
  );
}

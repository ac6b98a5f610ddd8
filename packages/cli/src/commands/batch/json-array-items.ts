import { type ParseError, parse } from "jsonc-parser";
import { UsageError } from "../../errors/usage-error.js";
import type { PlacedItem } from "./line-items.js";

/** The items of a JSON array of objects and strings. @throws UsageError with the line where it is not JSON */
export function* jsonArrayItems(text: string, name: string): Generator<PlacedItem, void, undefined> {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch (error) {
    throw notJson(text, name, (error as Error).message);
  }
  if (!Array.isArray(items))
    throw new UsageError(`${name} holds no JSON array.`, "Give an array of objects or strings.");
  for (const [index, item] of items.entries()) yield { item, place: `${name}, item ${index + 1}` };
}

/** Where and why a text is no JSON; the parser of the platform says no place. */
function notJson(text: string, name: string, message: string): UsageError {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first === undefined) return new UsageError(`${name} is not JSON: ${message}`);
  const line = text.slice(0, first.offset).split("\n").length;
  const isComma = /^\s*[\]}]/.test(text.slice(first.offset)) && /,\s*$/.test(text.slice(0, first.offset));
  const isComment = /^\/[/*]/.test(text.slice(first.offset));
  if (isComma) {
    return new UsageError(
      `${name}:${line} has a comma before a closing bracket, which JSON does not allow.`,
      "Delete the comma.",
    );
  }
  if (isComment)
    return new UsageError(`${name}:${line} has a comment, which JSON does not allow.`, "Delete the comment.");
  return new UsageError(`${name}:${line} is not JSON: ${message}`);
}

import { OllamaError } from "@codo/ollama-contract";
import { fitsMarker } from "./tag-changes.js";

/** How the tags of a saved record change: first `set`, then `add`, then `remove`. */
export interface TagChange {
  /** All tags that it is to have; none for an empty array. @defaultValue those that it has */
  set?: readonly string[];
  /** Tags that it is to have as well. */
  add?: readonly string[];
  /** Tags that it is to have no longer. */
  remove?: readonly string[];
}

/** Which tags come and which go. @throws INVALID_REQUEST for a tag that cannot be added */
export function changedTags(
  now: readonly string[],
  { set = now, add = [], remove = [] }: TagChange,
): { added: string[]; removed: string[] } {
  const wanted = new Set([...set, ...add]);
  for (const tag of remove) wanted.delete(tag);
  const added = [...wanted].filter((tag) => !now.includes(tag));
  for (const tag of added) checkTag(tag);
  return { added, removed: now.filter((tag) => !wanted.has(tag)) };
}

function checkTag(tag: string): void {
  if (typeof tag !== "string" || tag.trim() === "") {
    const message = `A tag is a text with at least one character, and not ${JSON.stringify(tag)}.`;
    throw new OllamaError("INVALID_REQUEST", message);
  }
  if (fitsMarker(tag)) return;
  const message = `The tag "${tag.slice(0, 40)}…" is too long (${tag.length} characters). Use a shorter one.`;
  throw new OllamaError("INVALID_REQUEST", message);
}

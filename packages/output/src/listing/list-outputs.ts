import { OllamaError } from "@codo/ollama-contract";
import { decodeCursor, encodeCursor } from "../entries/cursor.js";
import { compileFilter, type OutputFilter } from "../entries/entry-filter.js";
import type { LiveIndex } from "../index/live-index.js";
import type { Pins } from "../records/pins.js";
import { type OutputEntry, toOutputEntry } from "./output-entry.js";

/** Which records to list, and how many at once. */
export interface ListQuery extends OutputFilter {
  /** Most entries of a page, at least 1. @defaultValue 100 */
  limit?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
}

/** A page of a listing. */
export interface OutputPage {
  /** Newest first. */
  items: OutputEntry[];
  /** Continues after this page; absent on the last one. */
  nextCursor?: string;
}

/** One page of the records that pass a query's filter. @throws INVALID_REQUEST for an invalid query */
export function listOutputs(index: LiveIndex, pins: Pins, base: string, query: ListQuery): OutputPage {
  const limit = checkLimit(query.limit ?? 100);
  const filter = compileFilter(query);
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const items: OutputEntry[] = [];
  for (const entry of index.newestFirst(filter, after)) {
    const last = items.at(-1);
    if (items.length === limit && last !== undefined) {
      return { items, nextCursor: encodeCursor({ createdMs: Date.parse(last.createdAt), id: last.id }) };
    }
    items.push(toOutputEntry(entry, base, pins.has(entry.id)));
  }
  return { items };
}

/** Checks how many items a page may have. @throws INVALID_REQUEST */
export function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new OllamaError("INVALID_REQUEST", `limit must be a whole number of at least 1, and is ${String(limit)}.`);
}

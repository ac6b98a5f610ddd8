import { exchangesOf } from "../records/record-content.js";
import { isObject, type StoredRecord } from "../records/stored-record.js";

/** The texts of a record that a search looks into. */
export type SearchText = readonly string[];

/** Prompts and responses; for reports and configurations every text in them. Tags can be searched for everywhere. */
export function searchTextOf(record: StoredRecord): SearchText {
  const { kind, tags } = record.record;
  const exchanges = exchangesOf(record).flatMap(({ prompt, response }) => [prompt, response]);
  const document = kind === "benchmark" || kind === "comparison" || kind === "config";
  return [...exchanges, ...tags, ...(document ? stringsIn(record.report ?? record.config) : [])];
}

/** In order, and without recursion: JSON may be nested deeper than the stack. */
function* stringsIn(value: unknown): Generator<string> {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string") yield next;
    else if (Array.isArray(next)) for (let i = next.length; i > 0; i--) open.push(next[i - 1]);
    else if (isObject(next)) for (const item of Object.values(next).reverse()) open.push(item);
  }
}

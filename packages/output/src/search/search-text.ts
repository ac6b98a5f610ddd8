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

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item);
  else if (isObject(value)) for (const item of Object.values(value)) yield* stringsIn(item);
}

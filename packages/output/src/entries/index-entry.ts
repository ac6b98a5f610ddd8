import { exchangesOf } from "../records/record-content.js";
import type { RecordKind } from "../records/record-kind.js";
import type { StoredRecord } from "../records/stored-record.js";

const PREVIEW_LENGTH = 160;
const UNEVEN_SPACE = /[^\S ]| {2}|^ | $/;

/** What the index knows of a record: enough to list, filter and count without opening its file. */
export interface IndexEntry {
  id: string;
  kind: RecordKind;
  modelName?: string;
  models?: string[];
  createdMs: number;
  savedMs: number;
  /** Relative to the base folder, with `/`. */
  path: string;
  sizeBytes: number;
  success: boolean;
  tags: string[];
  prompt: string;
  response: string;
  /** Seconds. */
  executionTime?: number;
  tokensUsed?: number;
}

/** The index entry of a record. */
export function indexEntryOf(record: StoredRecord, path: string, sizeBytes: number): IndexEntry {
  const { record: head, executionTime, tokensUsed } = record;
  const [first = { prompt: "", response: "" }] = exchangesOf(record);
  return {
    id: head.id,
    kind: head.kind,
    ...(head.modelName === undefined ? {} : { modelName: head.modelName }),
    ...(head.models === undefined ? {} : { models: head.models }),
    createdMs: Date.parse(head.createdAt),
    savedMs: Date.parse(head.savedAt) || 0,
    path,
    sizeBytes,
    success: head.success,
    tags: head.tags,
    prompt: preview(first.prompt),
    response: preview(first.response),
    ...(isNumber(executionTime) ? { executionTime } : {}),
    ...(isNumber(tokensUsed) ? { tokensUsed } : {}),
  };
}

/** Newest first; the id decides between entries of one millisecond. */
export function compareNewestFirst(
  a: Pick<IndexEntry, "createdMs" | "id">,
  b: Pick<IndexEntry, "createdMs" | "id">,
): number {
  return b.createdMs - a.createdMs || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

/** JSON has no NaN. */
function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function preview(text: string): string {
  const start = text.slice(0, 2 * PREVIEW_LENGTH);
  const line = UNEVEN_SPACE.test(start) ? start.replace(/\s+/g, " ").trim() : start;
  if (line.length <= PREVIEW_LENGTH) return line;
  // Not through the middle of a surrogate pair.
  return `${line.slice(0, PREVIEW_LENGTH - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

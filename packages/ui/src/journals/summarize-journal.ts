import type { JournalLine } from "@codo/ollama-runner/batch-kit";
import { readJournal } from "./read-journal.js";

/** One finished item of a batch. */
export interface JournalItem {
  key: string;
  index: number;
  success: boolean;
  prompt: string;
  response: string;
  tokens?: number;
  seconds: number;
  error?: string;
}

/** Items that failed for one reason. */
export interface JournalFailure {
  reason: string;
  count: number;
  /** The first of them. */
  items: JournalItem[];
}

/** What a batch came to so far. */
export interface JournalSummary {
  model: string;
  finished: number;
  failed: number;
  /** Items a minute, over the last ones. */
  perMinute?: number;
  finishedAt?: string;
  failures: JournalFailure[];
  /** The last items, the newest first. */
  items: JournalItem[];
}

const MOST_ITEMS = 500;
const MOST_FAILED = 50;
const MOST_TEXT = 300;

/** Reads a journal once. An item that was run again counts by its last line. */
export async function summarizeJournal(path: string): Promise<JournalSummary> {
  const outcomes = new Map<string, boolean>();
  const failed = new Map<string, JournalItem>();
  const last: { item: JournalItem; atMs: number }[] = [];
  let model = "";
  for await (const line of readJournal(path)) {
    const item = itemOf(line);
    model = line.model;
    outcomes.set(item.key, item.success);
    if (item.success) failed.delete(item.key);
    else failed.set(item.key, item);
    last.push({ item, atMs: Date.parse(line.finishedAt) });
    if (last.length > 2 * MOST_ITEMS) last.splice(0, MOST_ITEMS);
  }
  const recent = last.slice(-MOST_ITEMS);
  const [first, end] = [recent[0]?.atMs, recent.at(-1)?.atMs];
  const minutes = first === undefined || end === undefined ? 0 : (end - first) / 60_000;
  return {
    model,
    finished: outcomes.size,
    failed: failed.size,
    ...(minutes > 0 ? { perMinute: (recent.length - 1) / minutes } : {}),
    ...(end === undefined ? {} : { finishedAt: new Date(end).toISOString() }),
    failures: byReason([...failed.values()]),
    items: recent.map(({ item }) => item).reverse(),
  };
}

function itemOf({ key, index, result }: JournalLine): JournalItem {
  return {
    key,
    index,
    success: result.success,
    prompt: (result.prompt ?? "").slice(0, MOST_TEXT),
    response: (result.response ?? "").slice(0, MOST_TEXT),
    seconds: result.executionTime,
    ...(result.tokensUsed === undefined ? {} : { tokens: result.tokensUsed }),
    ...(result.errorMessage === undefined ? {} : { error: result.errorMessage }),
  };
}

function byReason(items: readonly JournalItem[]): JournalFailure[] {
  const groups = new Map<string, JournalFailure>();
  for (const item of items) {
    const reason = item.error ?? "unknown";
    const group = groups.get(reason) ?? { reason, count: 0, items: [] };
    group.count += 1;
    if (group.items.length < MOST_FAILED) group.items.push(item);
    groups.set(reason, group);
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

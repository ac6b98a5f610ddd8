import { compareNewestFirst, type IndexEntry } from "./index-entry.js";

/** Merges iterators that are each newest first into one, without repeating an id. Only what is taken is read. */
export function* mergeNewestFirst(sources: Iterator<IndexEntry>[]): Generator<IndexEntry> {
  const heads = sources.map((source) => ({ source, entry: nextOf(source) }));
  let lastId: string | undefined;
  for (;;) {
    let newest: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.entry === undefined) continue;
      if (newest?.entry === undefined || compareNewestFirst(head.entry, newest.entry) < 0) newest = head;
    }
    if (newest?.entry === undefined) return;
    if (newest.entry.id !== lastId) yield newest.entry;
    lastId = newest.entry.id;
    newest.entry = nextOf(newest.source);
  }
}

function nextOf(source: Iterator<IndexEntry>): IndexEntry | undefined {
  const next = source.next();
  return next.done === true ? undefined : next.value;
}

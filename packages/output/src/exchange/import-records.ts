import { isSameRecord } from "../entries/read-record.js";
import { makePause } from "../files/pause.js";
import type { StoredRecord } from "../records/stored-record.js";

/** What an import did. */
export interface ImportSummary {
  imported: number;
  /** Records that were there already. */
  skipped: number;
  /** What could not be read, with the reason; the rest was imported all the same. */
  unreadable: { source: string; reason: string }[];
}

/** A record from outside, ready to be saved. */
export interface ImportRecord {
  record: StoredRecord;
  pinned: boolean;
}

/** Something that was to be imported, or why it cannot be. */
export type ImportItem = ImportRecord | { source: string; reason: string };

/** What an import reads from. */
export type ImportItems = AsyncIterable<ImportItem> | Iterable<ImportItem>;

/** Saves what is not in the store at `base` already. */
export async function importRecords(
  items: ImportItems,
  base: string,
  save: (item: ImportRecord) => Promise<unknown>,
): Promise<ImportSummary> {
  const summary: ImportSummary = { imported: 0, skipped: 0, unreadable: [] };
  const pause = makePause();
  for await (const item of items) {
    await pause();
    if ("reason" in item) {
      summary.unreadable.push(item);
    } else if (isSameRecord(base, item.record)) {
      summary.skipped++;
    } else {
      await save(item);
      summary.imported++;
    }
  }
  return summary;
}

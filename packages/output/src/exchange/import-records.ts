import { compareInPlace } from "../entries/read-record.js";
import { makePause } from "../files/pause.js";
import { encodeRecord, type StoredRecord } from "../records/stored-record.js";
import { contentId } from "./content-id.js";

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
      continue;
    }
    const record = withFreeId(base, item.record);
    if (record === undefined) {
      summary.skipped++;
    } else {
      await save({ ...item, record });
      summary.imported++;
    }
  }
  return summary;
}

/**
 * The record under an id that no other record has; `undefined` when it is there already. One whose id is taken gets
 * another that is always the same for its content: it is kept beside the first, and once only.
 */
function withFreeId(base: string, record: StoredRecord): StoredRecord | undefined {
  const there = compareInPlace(base, record);
  if (there === "nothing") return record;
  if (there === "same") return undefined;
  const { record: head } = record;
  const content = encodeRecord({ ...record, record: { ...head, savedAt: "", tags: [] } });
  const renamed = { ...record, record: { ...head, id: contentId(Date.parse(head.createdAt), content) } };
  return compareInPlace(base, renamed) === "same" ? undefined : renamed;
}

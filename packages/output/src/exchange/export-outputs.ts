import { randomBytes } from "node:crypto";
import { closeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { storageFailed } from "@codo/ollama-node-kit";
import type { OutputFilter } from "../entries/entry-filter.js";
import type { IndexEntry } from "../entries/index-entry.js";
import { readSoundRecord } from "../entries/read-record.js";
import type { FileOperations } from "../files/file-operations.js";
import { OWNER_PREFIX } from "../index/log-owner.js";
import { EXPORT_WRITERS, type ExportFormat, type ExportRecord } from "./export-format.js";

/** What to export, and how. */
export interface ExportOptions extends OutputFilter {
  /** @defaultValue by the file's name: `.jsonl`, `.csv` or `.md` */
  format?: ExportFormat;
}

/** What was exported. */
export interface ExportSummary {
  /** The file, absolute. */
  path: string;
  format: ExportFormat;
  records: number;
  bytes: number;
  /** Records whose files are damaged, or were removed meanwhile; they are left out. */
  unreadable: number;
}

/** Writes records to a file that appears whole or not at all, mode 0600. @throws STORAGE_FAILED */
export async function writeExport(
  exportPath: string,
  format: ExportFormat,
  records: Iterable<ExportRecord>,
  context: { files: FileOperations; pause: () => Promise<void> },
): Promise<Omit<ExportSummary, "unreadable">> {
  const path = resolve(exportPath);
  const { files, pause } = context;
  const temporary = join(dirname(path), `.${OWNER_PREFIX}${randomBytes(5).toString("hex")}-${basename(path)}.part`);
  const writer = EXPORT_WRITERS[format];
  const summary = { path, format, records: 0, bytes: 0 };
  let descriptor: number | undefined;
  try {
    files.makeFolder(dirname(path));
    files.create(temporary, writer.head);
    summary.bytes = Buffer.byteLength(writer.head);
    descriptor = files.openForAppend(temporary);
    for (const item of records) {
      await pause();
      const bytes = Buffer.from(writer.render(item));
      files.append(descriptor, bytes);
      summary.records++;
      summary.bytes += bytes.length;
    }
    files.rename(temporary, path);
    return summary;
  } catch (error) {
    try {
      files.remove(temporary);
    } catch {
      // It was not made.
    }
    throw storageFailed("export to", path, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The records of entries, read one after the other; those that cannot be read are left out. */
export function* exportRecords(
  base: string,
  entries: readonly IndexEntry[],
  pinned: ReadonlySet<string>,
): Generator<ExportRecord> {
  for (const entry of entries) {
    const record = readSoundRecord(base, entry.path);
    if (record === undefined) continue;
    // The entry has the tags as they are now, the record those that it was saved with.
    const tagged = { ...record, record: { ...record.record, tags: entry.tags } };
    yield { record: tagged, entry, pinned: pinned.has(entry.id) };
  }
}

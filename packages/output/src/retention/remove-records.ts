import { join, posix } from "node:path";
import { errorCode, storageFailed } from "@codo/ollama-node-kit";
import type { IndexEntry } from "../entries/index-entry.js";
import type { FileOperations } from "../files/file-operations.js";
import type { LogWriter } from "../index/log-writer.js";
import { RECORD_FOLDERS } from "../records/record-kind.js";
import { findRecordFile } from "../records/record-path.js";

/** What is needed of a record to remove it. */
export type RemovableRecord = Pick<IndexEntry, "id" | "createdMs" | "path">;

const AT_ONCE = 256;

/**
 * Removes records: first the lines that say so, then the files. A kill in between leaves lines about files that are
 * still there, which count for nothing.
 */
export class RecordRemover {
  readonly #base: string;
  readonly #files: FileOperations;
  readonly #log: LogWriter;

  constructor(base: string, files: FileOperations, log: LogWriter) {
    this.#base = base;
    this.#files = files;
    this.#log = log;
  }

  /** Removes what is still there of the records, and gives those. @throws STORAGE_FAILED */
  async remove<T extends RemovableRecord>(records: readonly T[], pause: () => Promise<void>): Promise<T[]> {
    const removed: T[] = [];
    for (let start = 0; start < records.length; start += AT_ONCE) {
      const some = records.slice(start, start + AT_ONCE);
      const noted = this.#note(some);
      for (const record of some) {
        await pause();
        if (this.#removeFile(record.path)) removed.push(record);
      }
      // A full disk has no room for the lines before the files are gone; it must not keep anyone from making room.
      if (!noted) this.#note(some);
    }
    this.#removeEmptyFolders(removed);
    return removed;
  }

  /** Without its line a removed record is not listed either, and only counted until the next rebuild. */
  #note(records: readonly RemovableRecord[]): boolean {
    const atMs = Date.now();
    try {
      this.#log.append(records.map(({ id, createdMs, path }) => ({ op: "del", id, createdMs, path, atMs })));
      return true;
    } catch {
      return false;
    }
  }

  #removeFile(path: string): boolean {
    try {
      const file = findRecordFile(this.#base, path);
      if (file !== undefined) this.#files.remove(file);
      return file !== undefined;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return false;
      throw storageFailed("remove", join(this.#base, path), { cause: error });
    }
  }

  #removeEmptyFolders(removed: readonly RemovableRecord[]): void {
    for (const day of new Set(removed.map(({ path }) => posix.dirname(path)))) {
      try {
        // Day, month, year, model; the first that is not empty ends it. A save that loses its folder makes it again.
        for (let folder = day; !RECORD_FOLDERS.includes(folder); folder = posix.dirname(folder)) {
          this.#files.removeFolder(join(this.#base, folder));
        }
      } catch {
        // An empty folder more does no harm.
      }
    }
  }
}

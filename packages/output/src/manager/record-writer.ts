import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { errorCode, storageFailed } from "@codo/ollama-node-kit";
import { indexEntryOf } from "../entries/index-entry.js";
import type { FileOperations } from "../files/file-operations.js";
import { giveName } from "../files/give-name.js";
import { assertOwnFolder } from "../files/own-folder.js";
import type { IndexPaths } from "../index/index-paths.js";
import { OWNER_PREFIX } from "../index/log-owner.js";
import type { LogWriter } from "../index/log-writer.js";
import { newRecordId } from "../records/record-id.js";
import { recordPath } from "../records/record-path.js";
import { decodeRecord, encodeRecord, type StoredRecord } from "../records/stored-record.js";

/** How often a folder is made again that a clean-up took away in between. */
const FOLDER_ATTEMPTS = 5;

/**
 * Writes record files. The order makes every ending harmless: the whole text goes to a temporary file, the index line
 * is written, and only then the file gets its name. A kill leaves at most a temporary file and a line about a record
 * that never came; readers and merges pass over both.
 */
export class RecordWriter {
  readonly #paths: IndexPaths;
  readonly #files: FileOperations;
  readonly #log: LogWriter;
  readonly #fsync: boolean;
  readonly #unique = `${OWNER_PREFIX}${randomBytes(4).toString("hex")}`;
  readonly #folders = new Set<string>();
  readonly #synced = new Set<string>();
  #count = 0;

  constructor(paths: IndexPaths, files: FileOperations, log: LogWriter, fsync: boolean) {
    this.#paths = paths;
    this.#files = files;
    this.#log = log;
    this.#fsync = fsync;
  }

  /** Saves a record and gives its absolute path. A taken id is replaced by a new one: nothing is overwritten. `beforePublish` gets the id. @throws STORAGE_FAILED, INVALID_REQUEST */
  async save(record: StoredRecord, beforePublish: (id: string) => void = () => {}): Promise<string> {
    let current = record;
    for (;;) {
      const relative = recordPath(current.record);
      const path = join(this.#paths.base, relative);
      const bytes = Buffer.from(encodeRecord(current));
      try {
        if (!existsSync(path)) {
          beforePublish(current.record.id);
          if (await this.#publish(current, relative, bytes)) return path;
        }
      } catch (error) {
        throw storageFailed("save", path, { cause: error });
      }
      const id = newRecordId(Date.parse(record.record.savedAt));
      current = { ...record, record: { ...record.record, id } };
    }
  }

  /** Gives the record its file; `false` when another process took the name in between. */
  async #publish(record: StoredRecord, relative: string, bytes: Buffer): Promise<boolean> {
    const path = join(this.#paths.base, relative);
    const temporary = join(this.#paths.temporary, `${this.#unique}-${this.#count++}.json`);
    this.#inFolder(this.#paths.temporary, () => this.#files.create(temporary, bytes));
    try {
      if (this.#fsync) await this.#files.sync(temporary);
      this.#log.append([{ op: "put", entry: indexEntryOf(record, relative, bytes.length), atMs: Date.now() }]);
      if (this.#fsync && this.#log.path !== undefined) await this.#files.sync(this.#log.path);
      if (!this.#inFolder(dirname(path), () => giveName(this.#files, temporary, path, this.#paths.temporary))) {
        this.#describeAgain(relative, path);
        return false;
      }
    } catch (error) {
      this.#removeQuietly(temporary);
      throw error;
    }
    if (this.#fsync) await this.#syncFolders(dirname(path));
    return true;
  }

  /** With its first record a folder may be new itself, and so may be those above it, up to the store's own. */
  async #syncFolders(folder: string): Promise<void> {
    const isFirst = !this.#synced.has(folder);
    const top = dirname(this.#paths.base);
    await this.#syncFolder(folder);
    for (let above = folder; isFirst && above !== top; ) {
      above = dirname(above);
      await this.#syncFolder(above);
    }
    this.#synced.add(folder);
  }

  /** Not every system can do this for a folder; the record itself is on the disk already. */
  async #syncFolder(folder: string): Promise<void> {
    try {
      await this.#files.sync(folder);
    } catch (error) {
      if (!["EPERM", "EISDIR", "EACCES", "EINVAL"].includes(errorCode(error) ?? "")) throw error;
    }
  }

  /** The line written for the taken name described our record; this one describes the record that has it. */
  #describeAgain(relative: string, path: string): void {
    const text = readFileSync(path, "utf8");
    const entry = indexEntryOf(decodeRecord(text, path), relative, Buffer.byteLength(text));
    this.#log.append([{ op: "put", entry, atMs: Date.now() }]);
  }

  #inFolder<T>(folder: string, operation: () => T): T {
    if (!this.#folders.has(folder)) {
      // Before it is made as well: nothing is to be made behind a link.
      assertOwnFolder(this.#paths.base, relative(this.#paths.base, folder).split(sep).join("/"));
      this.#files.makeFolder(folder);
      this.#folders.add(folder);
    }
    for (let attempt = 1; ; attempt++) {
      try {
        return operation();
      } catch (error) {
        if (errorCode(error) !== "ENOENT" || attempt === FOLDER_ATTEMPTS) throw error;
        // A clean-up removed the folder when it was empty.
        this.#synced.clear();
        this.#files.makeFolder(folder);
      }
    }
  }

  #removeQuietly(path: string): void {
    try {
      this.#files.remove(path);
    } catch {
      // The sweep for left temporary files takes it.
    }
  }
}

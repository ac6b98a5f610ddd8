import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode, storageFailed } from "@codo/ollama-node-kit";
import type { FileOperations } from "../files/file-operations.js";
import { assertOwnFolder } from "../files/own-folder.js";

/**
 * Which records stay through every clean-up: one empty file for each, named by the id. Creating and removing such a
 * file is atomic, so any number of processes can do it without a lock, and no index has to be right for it.
 */
export class Pins {
  readonly #folder: string;
  readonly #files: FileOperations;

  constructor(folder: string, files: FileOperations) {
    this.#folder = folder;
    this.#files = files;
  }

  has(id: string): boolean {
    return existsSync(join(this.#folder, id));
  }

  /** Every pinned id. */
  all(): Set<string> {
    try {
      return new Set(readdirSync(this.#folder));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return new Set();
      throw storageFailed("read", this.#folder, { cause: error });
    }
  }

  /** @throws STORAGE_FAILED */
  add(id: string): void {
    const path = join(this.#folder, id);
    try {
      this.#assertOwn();
      this.#files.makeFolder(this.#folder);
      this.#files.create(path, "");
    } catch (error) {
      if (errorCode(error) !== "EEXIST" || !existsSync(path))
        throw storageFailed("pin a record with", path, { cause: error });
    }
  }

  /** @throws STORAGE_FAILED */
  remove(id: string): void {
    const path = join(this.#folder, id);
    try {
      this.#assertOwn();
      this.#files.remove(path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw storageFailed("remove the pin", path, { cause: error });
    }
  }

  #assertOwn(): void {
    assertOwnFolder(dirname(this.#folder), basename(this.#folder));
  }
}

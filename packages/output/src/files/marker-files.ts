import { existsSync, lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode, storageFailed } from "@codo/ollama-node-kit";
import type { FileOperations } from "./file-operations.js";
import { assertOwnFolder } from "./own-folder.js";

/** What is said when a marker cannot be made or removed. */
export interface MarkerWords {
  create: string;
  remove: string;
}

/** How long after its last change a folder may change again without another time of change. */
const COARSE_MS = 2000;

/**
 * A folder of empty files that each say one thing by their name. Creating and removing such a file is atomic, so any
 * number of processes can do it without a lock, and no index has to be right for it.
 */
export class MarkerFiles {
  readonly #folder: string;
  readonly #files: FileOperations;
  readonly #words: MarkerWords;
  #seen: { names: string[]; changedMs: number } | undefined;

  constructor(folder: string, files: FileOperations, words: MarkerWords) {
    this.#folder = folder;
    this.#files = files;
    this.#words = words;
  }

  has(name: string): boolean {
    return existsSync(join(this.#folder, name));
  }

  /** Every name; the same array again as long as the folder is sure not to have changed. @throws STORAGE_FAILED */
  names(): string[] {
    const nowMs = Date.now();
    try {
      const { mtimeMs: changedMs } = lstatSync(this.#folder);
      if (this.#seen?.changedMs === changedMs) return this.#seen.names;
      const names = readdirSync(this.#folder);
      // A change within the same tick of the file system's clock would not be seen.
      this.#seen = nowMs - changedMs > COARSE_MS ? { names, changedMs } : undefined;
      return names;
    } catch (error) {
      this.#seen = undefined;
      if (errorCode(error) === "ENOENT") return NO_NAMES;
      throw storageFailed("read", this.#folder, { cause: error });
    }
  }

  /** @throws STORAGE_FAILED */
  create(name: string): void {
    const path = join(this.#folder, name);
    try {
      this.#assertOwn();
      this.#files.makeFolder(this.#folder);
      this.#files.create(path, "");
    } catch (error) {
      if (errorCode(error) !== "EEXIST" || !existsSync(path)) {
        throw storageFailed(this.#words.create, path, { cause: error });
      }
    }
  }

  /** One that is not there is no error. @throws STORAGE_FAILED */
  remove(name: string): void {
    const path = join(this.#folder, name);
    try {
      this.#assertOwn();
      this.#files.remove(path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw storageFailed(this.#words.remove, path, { cause: error });
    }
  }

  #assertOwn(): void {
    assertOwnFolder(dirname(this.#folder), basename(this.#folder));
  }
}

const NO_NAMES: string[] = [];

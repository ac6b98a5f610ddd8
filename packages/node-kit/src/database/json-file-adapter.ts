import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Adapter } from "lowdb";
import { errorCode } from "../errors/storage-error.js";
import { replaceFile } from "../files/replace-file.js";
import { readTextFile } from "../text/read-text.js";

/**
 * A lowdb adapter for data that one writer owns, in a JSON file of its own that only its owner can read: a reader sees
 * the old content or the new one, and a crash leaves no part of either.
 */
export class JsonFileAdapter<T> implements Adapter<T> {
  readonly #file: string;
  readonly #check: (data: unknown) => T;

  /** @param check what the file may hold: gives the data, or throws */
  constructor(file: string, check: (data: unknown) => T) {
    this.#file = file;
    this.#check = check;
  }

  /** @returns `null` where there is no file. @throws OllamaError `STORAGE_FAILED`; SyntaxError; what `check` throws */
  async read(): Promise<T | null> {
    let text: string;
    try {
      text = await readTextFile(this.#file);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    }
    return this.#check(JSON.parse(text));
  }

  /** Writes the file, and its folder where that is missing. @throws OllamaError `STORAGE_FAILED`, or the system's error */
  async write(data: T): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true });
    await replaceFile(this.#file, `${JSON.stringify(data, null, 2)}\n`, { mode: 0o600 });
  }
}

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import {
  errorCode,
  type FileLock,
  findReplaceable,
  findTarget,
  replaceFile,
  storageFailed,
  withFileLock,
} from "@codo/ollama-node-kit";
import { readSettingsText } from "./read-settings-text.js";

/** What a file of settings is kept like. */
export interface TextFileOptions {
  /** Whether, by its text, only the owner may read the file (mode 0600). */
  isSecret: (text: string) => boolean | Promise<boolean>;
  /** What becomes of a device or a pipe. @defaultValue `"refuse"` */
  special?: "refuse" | "write";
}

/**
 * One text file: a write is atomic and durable (temporary file, fsync, rename) and happens only under the file's lock.
 * A symbolic link stays a link; the file behind it is replaced.
 */
export class LockedTextFile {
  readonly file: string;
  readonly #options: TextFileOptions;
  #lock: Pick<FileLock, "assertHeld"> | undefined;

  constructor(file: string, options: TextFileOptions) {
    this.file = file;
    this.#options = options;
  }

  /** The file's text, `null` when there is none. @throws OllamaError `STORAGE_FAILED`, `INVALID_CONFIG` */
  async read(): Promise<string | null> {
    try {
      return await readSettingsText(this.file);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    }
  }

  /** Runs `work` while no other process writes the file; {@link LockedTextFile.write} works only inside. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    const underLock = async (lock: Pick<FileLock, "assertHeld">): Promise<T> => {
      this.#lock = lock;
      return await work();
    };
    try {
      const { kind, path } = await (this.#options.special === "write" ? findTarget : findReplaceable)(this.file);
      // Nothing is put beside a device, which has no old content to lose.
      if (kind === "special" || kind === "descriptor") return await underLock({ assertHeld: async () => {} });
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return await withFileLock(path, underLock);
    } catch (cause) {
      throw storageFailed("write", this.file, { cause });
    } finally {
      this.#lock = undefined;
    }
  }

  async write(text: string): Promise<void> {
    const lock = this.#lock;
    if (lock === undefined) throw new Error("LockedTextFile.write needs the lock: call it inside locked().");
    const { isSecret, special = "refuse" } = this.#options;
    await replaceFile(this.file, text, {
      special,
      beforeRename: () => lock.assertHeld(),
      ...((await isSecret(text)) ? { mode: 0o600 } : {}),
    });
  }
}

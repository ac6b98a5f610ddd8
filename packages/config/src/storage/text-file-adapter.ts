import { readFileSync } from "node:fs";
import { chmod, mkdir, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { type HeldLock, OllamaError, ownedSiblingName, sweepSiblings, withFileLock } from "@codo/ollama-core";
import type { Adapter } from "lowdb";

const ABANDONED_AFTER_MS = 60_000;

/**
 * A lowdb adapter for one text file: a write is atomic and durable (temporary file, fsync, rename) and happens only
 * under the file's lock. A symbolic link stays a link; the file behind it is replaced.
 */
export class TextFileAdapter implements Adapter<string> {
  readonly file: string;
  readonly #isSecret: (text: string) => boolean | Promise<boolean>;
  #lock: HeldLock | undefined;

  /** `isSecret` decides by the text whether only the owner may read the file (mode 0600). */
  constructor(file: string, isSecret: (text: string) => boolean | Promise<boolean>) {
    this.file = file;
    this.#isSecret = isSecret;
  }

  /** The file's text, `null` when there is none. @throws OllamaError `STORAGE_FAILED` */
  async read(): Promise<string | null> {
    try {
      // A few kilobytes, read once: Node's thread pool, which nothing else has started yet, would take far longer.
      return readFileSync(this.file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw storageFailed("read", this.file, error);
    }
  }

  /** Runs `work` while no other process writes the file; {@link TextFileAdapter.write} works only inside. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    try {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
      return await withFileLock(await this.#target(), async (lock) => {
        this.#lock = lock;
        return await work();
      });
    } catch (error) {
      throw OllamaError.is(error) ? error : storageFailed("write", this.file, error);
    } finally {
      this.#lock = undefined;
    }
  }

  async write(text: string): Promise<void> {
    const lock = this.#lock;
    if (lock === undefined) throw new Error("TextFileAdapter.write needs the lock: call it inside locked().");
    const target = await this.#target();
    await sweepSiblings(target, "tmp", ABANDONED_AFTER_MS);
    const temporary = ownedSiblingName(target, "tmp");
    try {
      await writeDurably(temporary, text, (await this.#isSecret(text)) ? 0o600 : await modeOf(target));
      await lock.assertHeld();
      await rename(temporary, target);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }

  async #target(): Promise<string> {
    return await realpath(this.file).catch(() => this.file);
  }
}

async function writeDurably(path: string, text: string, mode: number | undefined): Promise<void> {
  const handle = await open(path, "wx", mode ?? 0o644);
  try {
    await handle.writeFile(text, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
  }
  // What was there keeps its mode, whatever the umask says.
  if (mode !== undefined) await chmod(path, mode);
}

async function modeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (found) => found.mode & 0o777,
    () => undefined,
  );
}

function storageFailed(verb: "read" | "write", file: string, cause: unknown): OllamaError {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
  const remedy: Record<string, string> = {
    EACCES: "Check the permissions of the file and its folder.",
    EPERM: "Check the permissions of the file and its folder.",
    EROFS: "The file system is read-only: choose another file with --config.",
    ENOSPC: "The disk is full: make room and try again.",
    EISDIR: "It is a folder: choose a file.",
  };
  return new OllamaError("STORAGE_FAILED", `Could not ${verb} ${file} (${code}). ${remedy[code] ?? "Try again."}`, {
    cause,
    details: { file, code },
  });
}

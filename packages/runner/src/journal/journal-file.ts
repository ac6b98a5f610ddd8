import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { type FileLock, findReplaceable, lockFile } from "@codo/ollama-node-kit";

/** How often it is looked whether the file is still there, in milliseconds. */
const LOOK_EVERY_MS = 250;
/** Of two that begin at the same moment both step back, and one of them is first the next time. */
const LOCK_WAIT_MS = 500;
const COPY_BYTES = 256 * 1024;

/** The open file of a journal, which this process alone writes, as long as it is where it was opened. */
export class JournalFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly #lock: FileLock;
  #lookedAtMs = performance.now();
  #look: Promise<void> | undefined;

  private constructor(path: string, handle: FileHandle, lock: FileLock) {
    this.path = path;
    this.handle = handle;
    this.#lock = lock;
  }

  /**
   * Opens a file, or begins one that only its owner can read.
   * @throws OllamaError `STORAGE_FAILED` when another batch writes it, or it is a device or a pipe
   */
  static async open(path: string): Promise<JournalFile> {
    const { path: target } = await findReplaceable(path);
    await mkdir(dirname(target), { recursive: true });
    const lock = await lockFile(target, { waitMs: LOCK_WAIT_MS, onLocked: (holder) => inUse(path, holder.lock) });
    try {
      return new JournalFile(target, await open(target, "a+", 0o600), lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Makes sure, every now and then, that what is written is kept and that nobody else writes it.
   * @throws OllamaError `STORAGE_FAILED` when the file was deleted, moved or replaced, or the lock was lost
   */
  async assertKept(): Promise<void> {
    if (performance.now() - this.#lookedAtMs >= LOOK_EVERY_MS) {
      this.#look ??= this.#lookNow().finally(() => {
        this.#look = undefined;
        this.#lookedAtMs = performance.now();
      });
    }
    await this.#look;
  }

  /**
   * Closes the file. One that was deleted under the batch is put back first, so that no result is lost.
   * @throws OllamaError `STORAGE_FAILED` when it had to be put back
   */
  async close(): Promise<void> {
    try {
      if (!(await this.#isInPlace())) throw deleted(this.path, await this.#putBack());
    } finally {
      await this.handle.close();
      await this.#lock.release();
    }
  }

  async #lookNow(): Promise<void> {
    await this.#lock.assertHeld();
    if (!(await this.#isInPlace())) throw deleted(this.path);
  }

  async #isInPlace(): Promise<boolean> {
    const [open, there] = await Promise.all([this.handle.stat(), stat(this.path).catch(() => undefined)]);
    return there !== undefined && open.ino === there.ino && open.dev === there.dev;
  }

  /** Gives where the content is now: in its old place, or beside it when something else is there. */
  async #putBack(): Promise<string> {
    for (let number = 0; ; number++) {
      const path = number === 0 ? this.path : `${this.path}.kept-${number}`;
      try {
        await mkdir(dirname(path), { recursive: true });
        await this.#copyTo(path);
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  async #copyTo(path: string): Promise<void> {
    const copy = await open(path, "wx", 0o600);
    try {
      const buffer = Buffer.allocUnsafe(COPY_BYTES);
      for (let offset = 0; ; ) {
        const { bytesRead } = await this.handle.read(buffer, 0, COPY_BYTES, offset);
        if (bytesRead === 0) break;
        await copy.appendFile(buffer.subarray(0, bytesRead));
        offset += bytesRead;
      }
      await copy.sync();
    } finally {
      await copy.close();
    }
  }
}

function deleted(path: string, keptIn?: string): OllamaError {
  const kept = keptIn === undefined ? "" : ` What was in it is in "${keptIn}".`;
  return new OllamaError(
    "STORAGE_FAILED",
    `The journal "${path}" was deleted, moved or replaced while the batch ran.${kept}`,
    { advice: "Run the batch again to go on.", details: { path, ...(keptIn === undefined ? {} : { keptIn }) } },
  );
}

function inUse(path: string, lock: string): OllamaError {
  return new OllamaError("STORAGE_FAILED", `The journal "${path}" is being written by another batch.`, {
    advice: `Wait for it, use another journal, or delete "${lock}" if that batch no longer runs.`,
    details: { path, lock },
  });
}

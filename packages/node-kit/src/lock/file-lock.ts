import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { OllamaError } from "@codo/ollama-contract";
import { newSiblingPath, removeQuietly, sweepSiblings, tagOfSibling } from "../files/sibling-files.js";
import { pidOf } from "../process/process-tag.js";
import { type FileLock, HeldLock } from "./held-lock.js";

const ABANDONED_AFTER_MS = 60_000;

/** How a lock is taken and kept. Times in milliseconds. */
export interface FileLockOptions {
  /** How long to wait for it. @defaultValue 15 000 */
  waitMs?: number;
  /** How often the holder shows that it lives. @defaultValue 5 000 */
  heartbeatMs?: number;
  /**
   * When a lock that was not touched counts as abandoned, if its process is one of another machine or container and
   * nobody here can know whether it runs. @defaultValue 60 000
   */
  abandonedAfterMs?: number;
  /** Makes the error for a lock that did not come free. @defaultValue `STORAGE_FAILED`, retryable */
  onLocked?: (holder: LockHolder) => Error;
}

/** Who has a lock. */
export interface LockHolder {
  /** The file that stands for the lock; deleting it ends the lock. */
  lock: string;
  /** Absent when it is a process of another machine or container. */
  pid?: number;
}

/**
 * Takes the lock on a file, which need not exist; its folder must.
 *
 * Every contender announces itself by a file of its own beside the locked one and holds the lock when it then sees no
 * other live announcement. Of two contenders the one that looks later sees the other, so both can never hold it. An
 * announcement's name is never used again, so that any process that finds one of a dead process can remove it without a race.
 *
 * Whether an owner lives is known from its process where its id means something here (same machine, boot and PID
 * namespace): a killed one does not block anybody, reaped or not, and a paused one keeps its lock for as long as it
 * takes. Of other owners only the heartbeat can be seen.
 *
 * @throws what `onLocked` makes when the lock does not come free in time; the system's error when the folder cannot be
 * written
 */
export async function lockFile(file: string, options: FileLockOptions = {}): Promise<FileLock> {
  const { waitMs = 15_000, heartbeatMs = 5_000, abandonedAfterMs = ABANDONED_AFTER_MS } = options;
  const deadline = performance.now() + waitMs;
  for (let attempt = 0; ; attempt++) {
    // Looking before announcing keeps a crowd of waiters from blocking each other.
    let holders = await sweepSiblings(file, "lock", { abandonedAfterMs });
    if (holders.length === 0) {
      const announcement = newSiblingPath(file, "lock");
      await writeFile(announcement, "", { flag: "wx", mode: 0o600 });
      holders = await othersThan(announcement, file, abandonedAfterMs);
      if (holders.length === 0) return new HeldLock(file, announcement, { heartbeatMs, abandonedAfterMs });
      await removeQuietly(announcement);
    }
    if (performance.now() > deadline) throw (options.onLocked ?? stillLocked(file))(holderOf(holders[0] ?? "", file));
    await delay(1 + Math.random() * Math.min(50, 4 * 2 ** Math.min(attempt, 5)));
  }
}

/** Whether a process that lives has the lock on the file. */
export async function isLocked(file: string): Promise<boolean> {
  return (await sweepSiblings(file, "lock", { abandonedAfterMs: ABANDONED_AFTER_MS })).length > 0;
}

/** Runs `work` while no other process, and no other part of this one, has the lock on the file. See {@link lockFile}. */
export async function withFileLock<T>(
  file: string,
  work: (lock: FileLock) => Promise<T>,
  options: FileLockOptions = {},
): Promise<T> {
  const lock = await lockFile(file, options);
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

async function othersThan(own: string, file: string, abandonedAfterMs: number): Promise<string[]> {
  try {
    return await sweepSiblings(file, "lock", { abandonedAfterMs, except: [own] });
  } catch (error) {
    await removeQuietly(own);
    throw error;
  }
}

function holderOf(lock: string, file: string): LockHolder {
  const pid = pidOf(tagOfSibling(lock, file, "lock"));
  return { lock, ...(pid === undefined ? {} : { pid }) };
}

function stillLocked(file: string): (holder: LockHolder) => OllamaError {
  return ({ lock, pid }) => {
    const who = pid === undefined ? "a process of another machine or container" : `process ${pid}`;
    return new OllamaError("STORAGE_FAILED", `${file} is being changed by ${who}.`, {
      advice: "Try again when it is done.",
      retryable: true,
      details: { file, lock, ...(pid === undefined ? {} : { pid }) },
    });
  };
}

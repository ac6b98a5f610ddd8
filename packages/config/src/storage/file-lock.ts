import { createHash, randomBytes } from "node:crypto";
import { readdir, stat, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OllamaError } from "@codo/ollama-core";

/** How long to wait, in milliseconds. */
export interface FileLockOptions {
  /** For the lock. @defaultValue 15 000 */
  waitMs?: number;
  /** Until a lock counts as abandoned although its process seems to live (its id may have been given to another). @defaultValue 30 000 */
  staleMs?: number;
}

/** A lock that is held. */
export interface HeldLock {
  /** @throws OllamaError `STORAGE_FAILED`, retryable, when the lock was lost, such as after a suspended computer woke */
  assertHeld(): Promise<void>;
}

let knownHostTag: string | undefined;

/** Tells this machine from others that share the folder. */
function hostTag(): string {
  knownHostTag ??= createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
  return knownHostTag;
}

/**
 * Runs `work` while no other process (or other part of this one) works on the same file.
 *
 * Every contender announces itself by a file of its own beside the locked one and holds the lock when it then sees no
 * other live announcement. Of two contenders the one that looks later sees the other, so both can never hold it. An
 * announcement's name is never used again, so that whoever finds one of a dead process can remove it without a race.
 *
 * @throws OllamaError `STORAGE_FAILED` when the folder cannot be written or the lock does not come free in `waitMs`
 */
export async function withFileLock<T>(
  file: string,
  work: (lock: HeldLock) => Promise<T>,
  options: FileLockOptions = {},
): Promise<T> {
  const staleMs = options.staleMs ?? 30_000;
  const announcement = await acquire(file, options.waitMs ?? 15_000, staleMs);
  try {
    return await work({ assertHeld: () => assertHeld(announcement, file, staleMs) });
  } finally {
    await removeQuietly(announcement);
  }
}

/** The name of a passing file beside `file` that says which process made it, so that it can be swept when that died. */
export function ownedSiblingName(file: string, kind: "lock" | "tmp"): string {
  const token = `${hostTag()}-${process.pid}-${randomBytes(6).toString("hex")}`;
  return join(dirname(file), `.${basename(file)}.${kind}-${token}`);
}

/** Removes such files of processes that died. Gives the names of those that live. */
export async function sweepSiblings(file: string, kind: "lock" | "tmp", staleMs: number): Promise<string[]> {
  const prefix = `.${basename(file)}.${kind}-`;
  const live: string[] = [];
  for (const name of await readdir(dirname(file))) {
    if (!name.startsWith(prefix)) continue;
    const path = join(dirname(file), name);
    if (await isAbandoned(path, name.slice(prefix.length), staleMs)) await removeQuietly(path);
    else live.push(path);
  }
  return live;
}

async function acquire(file: string, waitMs: number, staleMs: number): Promise<string> {
  const deadline = performance.now() + waitMs;
  let holders: string[] = [];
  for (let attempt = 0; ; attempt++) {
    // Looking before announcing keeps a crowd of waiters from blocking each other.
    holders = await sweepSiblings(file, "lock", staleMs);
    if (holders.length === 0) {
      const announcement = ownedSiblingName(file, "lock");
      await writeFile(announcement, "", { flag: "wx", mode: 0o600 });
      holders = (await sweepSiblings(file, "lock", staleMs)).filter((path) => path !== announcement);
      if (holders.length === 0) return announcement;
      await removeQuietly(announcement);
    }
    if (performance.now() > deadline) throw stillLocked(file, holders[0] ?? "");
    await delay(1 + Math.random() * Math.min(50, 4 * 2 ** Math.min(attempt, 5)));
  }
}

async function isAbandoned(path: string, token: string, staleMs: number): Promise<boolean> {
  const [host, pid] = token.split("-");
  if (host === hostTag() && !isAlive(Number(pid))) return true;
  try {
    return Date.now() - (await stat(path)).mtimeMs > staleMs;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function assertHeld(announcement: string, file: string, staleMs: number): Promise<void> {
  const age = await stat(announcement).then(
    (found) => Date.now() - found.mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  if (age < staleMs / 2) return;
  throw new OllamaError("STORAGE_FAILED", `The lock on ${file} was lost, so nothing was written. Try again.`, {
    retryable: true,
    details: { file },
  });
}

function stillLocked(file: string, holder: string): OllamaError {
  const pid = basename(holder).split("-").at(-2);
  return new OllamaError("STORAGE_FAILED", `${file} is being changed by process ${pid}. Try again when it is done.`, {
    retryable: true,
    details: { file, pid: Number(pid) },
  });
}

async function removeQuietly(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

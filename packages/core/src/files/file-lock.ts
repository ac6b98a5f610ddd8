import { createHash, randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { readdir, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OllamaError } from "@codo/ollama-contract";

/** How long to wait, in milliseconds. */
export interface FileLockOptions {
  /** For the lock. @defaultValue 15 000 */
  waitMs?: number;
  /**
   * Until a lock without a sign of life counts as abandoned: its process may run where it cannot be seen from here, or
   * its id may have been given to another. @defaultValue 30 000
   */
  staleMs?: number;
}

/** A lock that is held. */
export interface HeldLock {
  /** @throws OllamaError `STORAGE_FAILED`, retryable, when the lock was lost, such as after a suspended computer woke */
  assertHeld(): Promise<void>;
}

let knownHostTag: string | undefined;

/** Tells the processes that can be seen from here from those of other machines and containers that share the folder. */
function hostTag(): string {
  knownHostTag ??= createHash("sha256").update(`${hostname()} ${processNamespace()}`).digest("hex").slice(0, 8);
  return knownHostTag;
}

/** Two containers may have one host name, and a process id that means another process in each. Linux only. */
function processNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/**
 * Runs `work` while no other process (or other part of this one) works on the same file.
 *
 * Every contender announces itself by a file of its own beside the locked one and holds the lock when it then sees no
 * other live announcement. Of two contenders the one that looks later sees the other, so both can never hold it. An
 * announcement's name is never used again, so that whoever finds one of a dead process can remove it without a race.
 * While the work goes on, the announcement is touched; one that was removed meanwhile stays lost.
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
  const heartbeat = setInterval(() => void touch(announcement), staleMs / 6);
  heartbeat.unref();
  try {
    return await work({ assertHeld: () => assertHeld(announcement, file, staleMs) });
  } finally {
    clearInterval(heartbeat);
    await removeQuietly(announcement);
  }
}

/** What a passing file beside another is for: it locks it, it will take its place, or it says that it is needed. */
export type SiblingKind = "lock" | "tmp" | "claim";

/** The name of a passing file beside `file` that says which process made it, so that it can be swept when that died. */
export function ownedSiblingName(file: string, kind: SiblingKind): string {
  const token = `${hostTag()}-${process.pid}-${randomBytes(6).toString("hex")}`;
  return join(dirname(file), `.${basename(file)}.${kind}-${token}`);
}

/**
 * Removes such files of processes that died, or that were not touched for `staleMs` milliseconds. Gives the paths of the
 * others.
 */
export async function sweepSiblings(file: string, kind: SiblingKind, staleMs: number): Promise<string[]> {
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

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

async function removeQuietly(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

import { randomBytes } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { open, readdir, stat, unlink, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { OllamaError } from "@codo/ollama-core";

const HEARTBEAT_MS = 5_000;
/** A lock of another machine that was not touched for so long belongs to nobody any more. */
const ABANDONED_AFTER_MS = 60_000;

const heldHere = new Set<string>();

/** A held lock. */
export interface JournalLock {
  release(): Promise<void>;
}

/**
 * Makes sure that one process writes a journal. Each process puts down a lock file of its own, named after itself, and
 * then looks for others: of two that start together at least one sees the other, so never both go on. A lock whose
 * process is gone is swept away; a killed batch can be resumed at once.
 * @throws OllamaError `STORAGE_FAILED` when another process writes the journal
 */
export async function lockJournal(path: string): Promise<JournalLock> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.lock-`;
  const own = `${prefix}${ownTag()}-${randomBytes(4).toString("hex")}`;
  const ownPath = join(folder, own);
  heldHere.add(own);
  await (await open(ownPath, "wx")).close();
  try {
    for (const name of await readdir(folder)) {
      if (!name.startsWith(prefix) || name === own) continue;
      const other = join(folder, name);
      if (await isHeld(name.slice(prefix.length), other)) throw inUse(path, other);
      await unlink(other).catch(() => {});
    }
  } catch (error) {
    heldHere.delete(own);
    await unlink(ownPath).catch(() => {});
    throw error;
  }
  return keep(own, ownPath);
}

function keep(own: string, ownPath: string): JournalLock {
  const heartbeat = setInterval(() => void utimes(ownPath, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
  heartbeat.unref();
  const removeNow = (): void => {
    try {
      unlinkSync(ownPath);
    } catch {
      // Gone already; and a lock that stays is recognised as one of a process that ended.
    }
  };
  process.once("exit", removeNow);
  return {
    async release() {
      clearInterval(heartbeat);
      process.off("exit", removeNow);
      heldHere.delete(own);
      await unlink(ownPath).catch(() => {});
    },
  };
}

function ownTag(): string {
  return [process.pid, startTimeOf(process.pid) ?? 0, machineTag()].join("-");
}

async function isHeld(tag: string, path: string): Promise<boolean> {
  const [pidText = "", startTime = "", machine = ""] = tag.split("-");
  if (machine !== machineTag()) return await wasTouched(path);
  const pid = Number(pidText);
  if (pid === process.pid && startTime === String(startTimeOf(pid) ?? 0)) return heldHere.has(basename(path));
  return isAlive(pid) && isSameProcess(pid, startTime);
}

async function wasTouched(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < ABANDONED_AFTER_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A number that was given to a new process has another start time. Where none can be read, the number decides. */
function isSameProcess(pid: number, startTime: string): boolean {
  const now = startTimeOf(pid);
  return now === undefined || String(now) === startTime;
}

/** When a process began, in clock ticks since boot. Source: proc(5), field 22 of `/proc/<pid>/stat`; Linux only. */
function startTimeOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return undefined;
  }
}

function machineTag(): string {
  return hostname().replace(/[^A-Za-z0-9.]/g, "_") || "local";
}

function inUse(path: string, lock: string): OllamaError {
  return new OllamaError(
    "STORAGE_FAILED",
    `The journal "${path}" is being written by another batch. Wait for it, use another journal, or delete "${lock}" if that batch no longer runs.`,
    { details: { path, lock } },
  );
}

import { unlinkSync } from "node:fs";
import { stat, utimes, writeFile } from "node:fs/promises";
import { OllamaError } from "@codo/ollama-contract";
import { newSiblingPath, removeQuietly, sweepSiblings } from "../files/sibling-files.js";

/** A lock that is held. */
export interface FileLock {
  /**
   * Makes sure that the lock is still this holder's; call it right before what must not happen twice.
   * @throws OllamaError `STORAGE_FAILED`, retryable, when it was lost: this process was paused or its computer slept so
   * long that another machine took it for dead
   */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/** What ends with the process, if it ends in good order. */
const announcements = new Set<string>();

/** Keeps an announcement fresh for those who can only see its time. */
export class HeldLock implements FileLock {
  readonly #file: string;
  readonly #abandonedAfterMs: number;
  readonly #heartbeat: NodeJS.Timeout;
  #announcement: string;
  #state: "held" | "lost" | "released" = "held";
  #check: Promise<void> | undefined;

  constructor(file: string, announcement: string, times: { heartbeatMs: number; abandonedAfterMs: number }) {
    this.#file = file;
    this.#announcement = announcement;
    this.#abandonedAfterMs = times.abandonedAfterMs;
    remember(announcement);
    this.#heartbeat = setInterval(() => void this.#beat(), times.heartbeatMs);
    this.#heartbeat.unref();
  }

  async assertHeld(): Promise<void> {
    if (this.#state === "held") await this.#checkOnce();
    if (this.#state === "held") return;
    throw new OllamaError("STORAGE_FAILED", `The lock on ${this.#file} was lost, so nothing more was written.`, {
      advice: "Try again.",
      retryable: true,
      details: { file: this.#file },
    });
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#check;
    this.#state = "released";
    forget(this.#announcement);
    await removeQuietly(this.#announcement);
  }

  async #beat(): Promise<void> {
    await this.#checkOnce();
    if (this.#state !== "held") return;
    const now = new Date();
    await utimes(this.#announcement, now, now).catch(() => undefined);
  }

  async #checkOnce(): Promise<void> {
    this.#check ??= this.#look().finally(() => {
      this.#check = undefined;
    });
    await this.#check;
  }

  async #look(): Promise<void> {
    const ageMs = await this.#ageMs();
    // So fresh that nobody can have taken it for abandoned.
    if (ageMs < this.#abandonedAfterMs / 2) return;
    if (ageMs === Number.POSITIVE_INFINITY || !(await this.#announceAgain())) this.#state = "lost";
  }

  /** The age of the announcement; infinite when somebody removed it. */
  async #ageMs(): Promise<number> {
    return await stat(this.#announcement).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
  }

  /**
   * After a long silence somebody may be about to take the lock. The process that takes it removes the old announcement before
   * they look a last time: if that is still there after a new one was put down, they will see the new one.
   */
  async #announceAgain(): Promise<boolean> {
    const old = this.#announcement;
    const renewed = newSiblingPath(this.#file, "lock");
    try {
      await writeFile(renewed, "", { flag: "wx", mode: 0o600 });
      const others = await sweepSiblings(this.#file, "lock", {
        abandonedAfterMs: this.#abandonedAfterMs,
        except: [renewed, old],
      });
      const isStillOurs = others.length === 0 && (await this.#ageMs()) !== Number.POSITIVE_INFINITY;
      const [kept, dropped] = isStillOurs ? [renewed, old] : [old, renewed];
      if (isStillOurs) remember(renewed);
      this.#announcement = kept;
      forget(dropped);
      await removeQuietly(dropped);
      return isStillOurs;
    } catch {
      await removeQuietly(renewed);
      return false;
    }
  }
}

function remember(announcement: string): void {
  if (announcements.size === 0) process.on("exit", removeAll);
  announcements.add(announcement);
}

function forget(announcement: string): void {
  announcements.delete(announcement);
  if (announcements.size === 0) process.off("exit", removeAll);
}

function removeAll(): void {
  for (const announcement of announcements) {
    try {
      unlinkSync(announcement);
    } catch {
      // Gone already; and one that stays is recognised as one of a process that ended.
    }
  }
}

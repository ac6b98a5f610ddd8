import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSameProcess, processStartToken } from "@codo/ollama-node-kit";
import { endRecordedProcess, sendToGroup } from "./end-process.js";
import { stopAtExit } from "./exit-guard.js";
import { type ServerPlace, serverKey, serverRecordFile, serversFolder } from "./server-files.js";
import { withServerLock } from "./server-lock.js";
import { readServerRecord, removeServerRecord } from "./server-record.js";

const LOCK_WAIT_MS = 20_000;

/** What the files of an address's leases begin with; the rest says whose a lease is. */
export function leasePrefix(url: string): string {
  return `${serverKey(url)}.lease-`;
}

/**
 * One user of a shared server. It ends with its process, and the last one to end stops the server: by `release`, at the
 * exit of the process, or, where the process was killed, by the server's watchdog.
 */
export class ServerLease {
  readonly #place: ServerPlace;
  readonly #file: string;
  readonly #forget: () => void;

  private constructor(place: ServerPlace, file: string) {
    this.#place = place;
    this.#file = file;
    this.#forget = stopAtExit(() => this.#releaseNow());
  }

  /** Takes a lease; the server's lock has to be held. */
  static async take(place: ServerPlace): Promise<ServerLease> {
    const name = `${leasePrefix(place.url)}${process.pid}-${randomBytes(6).toString("hex")}`;
    const file = join(serversFolder(place.stateDir), name);
    await writeFile(file, processStartToken(process.pid) ?? "", { flag: "wx", mode: 0o600 });
    return new ServerLease(place, file);
  }

  /** Gives the lease back without a look at the server, such as one that has ended. */
  async drop(): Promise<void> {
    this.#forget();
    await rm(this.#file, { force: true });
  }

  /** Gives the lease back; the last one stops the server, which has `graceMs` to end by itself. */
  async release(graceMs: number): Promise<void> {
    await this.drop();
    const place = this.#place;
    await withServerLock(place, LOCK_WAIT_MS, async () => {
      const record = await readServerRecord(place);
      if (record?.kind !== "shared" || (await hasUsers(place))) return;
      await removeServerRecord(place);
      await endRecordedProcess(record, graceMs);
    });
  }

  // The process ends: nothing can be waited for, and what is not certain is left to the watchdog.
  #releaseNow(): void {
    const { stateDir, url } = this.#place;
    rmSync(this.#file, { force: true });
    try {
      const isLast = !readdirSync(serversFolder(stateDir)).some((name) => name.startsWith(leasePrefix(url)));
      const record = JSON.parse(readFileSync(serverRecordFile(this.#place), "utf8")) as { kind: string; pid: number };
      if (isLast && record.kind === "shared") sendToGroup(record.pid, "SIGTERM");
    } catch {
      // Without a record there is nothing that could be stopped.
    }
  }
}

/** Whether a living process has a lease; those of dead ones are taken away. */
async function hasUsers({ stateDir, url }: ServerPlace): Promise<boolean> {
  const folder = serversFolder(stateDir);
  const prefix = leasePrefix(url);
  let isUsed = false;
  for (const name of (await readdir(folder)).filter((entry) => entry.startsWith(prefix))) {
    const file = join(folder, name);
    const token = await readFile(file, "utf8").catch(() => "");
    if (isSameProcess(Number(name.slice(prefix.length).split("-")[0]), token || undefined)) isUsed = true;
    else await rm(file, { force: true });
  }
  return isUsed;
}

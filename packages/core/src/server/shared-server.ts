import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSameProcess, processStartToken } from "@codo/ollama-node-kit";
import { probeServer } from "./probe-server.js";
import type { ServeCommand, ServeProcess } from "./serve-process.js";
import { type ServerPlace, serverLogFile, serversFolder } from "./server-files.js";
import type { ServerHealth } from "./server-info.js";
import { ServerLease } from "./server-lease.js";
import { withServerLock } from "./server-lock.js";
import { readServerRecord, writeServerRecord } from "./server-record.js";
import { watchServer } from "./server-watchdog.js";
import { startServe } from "./start-serve.js";

/** What came of starting a shared server: `process` and `lease` are absent where another program's server is there. */
export interface SharedServer {
  health: ServerHealth;
  lease?: ServerLease;
  process?: ServeProcess;
}

/** How a shared server is started. */
export interface SharedStart {
  place: ServerPlace;
  hostname: string;
  port: number;
  startTimeoutMs: number;
}

/** A start may take three times its limit until the server answers, see `startServe`. */
const LOCK_FACTOR = 4;

/**
 * Starts a server that ends with its last user, or joins the users of one that was started meanwhile.
 * @returns `undefined` when there is no such program
 * @throws OllamaError `SERVER_UNAVAILABLE`
 */
export async function startSharedServer(command: ServeCommand, start: SharedStart): Promise<SharedServer | undefined> {
  const { place, startTimeoutMs } = start;
  return await withServerLock(place, LOCK_FACTOR * startTimeoutMs, async () => {
    const health = await probeServer(place.url);
    if (health.status === "up") return { health, ...(await joined(place)) };
    const lease = await ServerLease.take(place);
    try {
      const logFile = serverLogFile(place);
      const onStart = (pid: number) => watchServer(place, pid);
      const served = await startServe({ ...command, logFile }, { url: place.url, ...start, onStart });
      if (served?.process?.pid === undefined) {
        await lease.drop();
        // Where there is no such program nothing was printed, and a log of nothing would only puzzle.
        if (served === undefined) rmSync(logFile, { force: true });
        return served;
      }
      await record(place, served.process.pid, served.process);
      served.process.letGo();
      return { ...served, lease };
    } catch (error) {
      await lease.drop();
      throw error;
    }
  });
}

/**
 * Becomes a user of the server that answers at an address, where it is a shared one.
 * @returns `false` when it ended meanwhile
 */
export async function joinSharedServer(place: ServerPlace): Promise<{ lease?: ServerLease } | false> {
  if ((await readServerRecord(place))?.kind !== "shared") return {};
  return await withServerLock(place, LOCK_FACTOR * 5000, async () => {
    return (await probeServer(place.url)).status === "up" ? await joined(place) : false;
  });
}

/** The state folder, or one for this process alone where that cannot be written: then nothing is shared. */
export function writableStateFolder(stateDir: string): string {
  try {
    mkdirSync(serversFolder(stateDir), { recursive: true });
    accessSync(serversFolder(stateDir), constants.W_OK);
    return stateDir;
  } catch {
    return mkdtempSync(join(tmpdir(), "codo-state-"));
  }
}

async function joined(place: ServerPlace): Promise<{ lease?: ServerLease }> {
  const found = await readServerRecord(place);
  if (found?.kind !== "shared" || !isSameProcess(found.pid, found.startToken)) return {};
  return { lease: await ServerLease.take(place) };
}

async function record(place: ServerPlace, pid: number, { command }: ServeProcess): Promise<void> {
  await writeServerRecord(place.stateDir, {
    schemaVersion: 1,
    kind: "shared",
    pid,
    startToken: processStartToken(pid),
    url: place.url,
    command: [command.command, ...command.args],
    startedAt: new Date().toISOString(),
    logFile: command.logFile,
  });
}

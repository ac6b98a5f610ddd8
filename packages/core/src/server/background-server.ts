import { rm } from "node:fs/promises";
import { OllamaError } from "@codo/ollama-contract";
import { isSameProcess } from "@codo/ollama-node-kit";
import { endRecordedProcess } from "./end-process.js";
import { launchBackgroundServer } from "./launch-background-server.js";
import { isPortOpen } from "./port-open.js";
import { LOOK_TIMEOUT_MS, probeServer } from "./probe-server.js";
import type { ServeCommand } from "./serve-process.js";
import { resolveServerAddress, type ServerAddress } from "./server-address.js";
import { type ServerPlace, serverKey } from "./server-files.js";
import type { ServerInfo } from "./server-info.js";
import { withServerLock } from "./server-lock.js";
import {
  readServerRecord,
  readServerRecords,
  removeServerRecord,
  type ServerRecord,
  writeServerRecord,
} from "./server-record.js";
import { portOccupied } from "./start-failures.js";
import { stateFolder } from "./state-folder.js";

/** Where background servers are recorded. */
export interface BackgroundServerInit {
  /** @defaultValue the platform's state folder for codo, see `CODO_STATE_DIR` */
  stateDir?: string;
}

/** Which background server. */
export interface BackgroundServerChoice extends BackgroundServerInit {
  /** Its address, as `OLLAMA_HOST` is written. @defaultValue the only one that runs */
  host?: string;
}

/** Settings of {@link startBackgroundServer}. */
export interface BackgroundServerStart extends BackgroundServerInit {
  /** Where it is to serve. @defaultValue `OLLAMA_HOST`, else 127.0.0.1:11434 */
  host?: string;
  /** @defaultValue "ollama" */
  ollamaBinary?: string;
  /** The command that serves the engine at an address, for machines without Ollama. */
  engineCommand?: (address: { host: string; port: number }) => ServeCommand | Promise<ServeCommand>;
  env?: NodeJS.ProcessEnv;
  /** How long it may take until it answers, in milliseconds. @defaultValue 30 000 */
  startTimeoutMs?: number;
}

/** A background server as it is now. */
export interface BackgroundServerStatus extends ServerInfo {
  source: "background";
  pid: number;
  /** Whether it answers; `false` while it starts or hangs. */
  answers: boolean;
  startedAt: string;
  logFile: string;
  command: string[];
}

const DEFAULT_START_TIMEOUT_MS = 30_000;
const STOP_WAIT_MS = 60_000;

/** The background servers that run, the latest first. A record whose process is gone is taken away. */
export async function backgroundServers(init: BackgroundServerInit = {}): Promise<BackgroundServerStatus[]> {
  return await Promise.all((await runningRecords(init.stateDir ?? stateFolder())).map(statusOf));
}

/**
 * The background server at an address, or the latest where none is named; `undefined` where there is none.
 */
export async function backgroundServerStatus(
  choice: BackgroundServerChoice = {},
): Promise<BackgroundServerStatus | undefined> {
  const records = await runningRecords(choice.stateDir ?? stateFolder());
  const record = choice.host === undefined ? records[0] : recordAt(records, choice.host);
  return record === undefined ? undefined : await statusOf(record);
}

/** The process of the background server at an address. */
export async function backgroundServerAt(place: ServerPlace): Promise<number | undefined> {
  const record = await readServerRecord(place);
  if (record?.kind !== "background") return undefined;
  return isSameProcess(record.pid, record.startToken) ? record.pid : undefined;
}

/**
 * Makes sure that a server runs which outlives this process: one that answers already, else `ollama serve`, else the
 * engine's command; at the address, or where nobody named it and its port is taken, on a free loopback port. One that it
 * starts is recorded in the state folder, where later programs find it, and logs to a file there; each address has a
 * record and a log of its own. One that programs share becomes a background server.
 * @throws OllamaError `SERVER_UNAVAILABLE` with the remedies, or with the last lines of a program that failed
 */
export async function startBackgroundServer(
  start: BackgroundServerStart = {},
): Promise<ServerInfo | BackgroundServerStatus> {
  const env = start.env ?? process.env;
  const stateDir = start.stateDir ?? stateFolder(env);
  const timeoutMs = start.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS;
  const address = resolveServerAddress(start.host, env);
  const place = { stateDir, url: address.url };
  return await withServerLock(place, 2 * timeoutMs, async () => {
    const running = await findRunning(address, place);
    if (running !== undefined) return running;
    const health = await probeServer(address.host);
    const isPortTaken = health.status === "foreign" || (await isTaken(address));
    if (isPortTaken && address.explicit) throw portOccupied(address, health);
    const ollamaBinary = start.ollamaBinary ?? "ollama";
    const { engineCommand } = start;
    const plan = { address, env, stateDir, timeoutMs, ollamaBinary, engineCommand, isPortTaken };
    const launched = await launchBackgroundServer(plan);
    if (isSameProcess(launched.pid, launched.startToken)) return await statusOf(launched);
    throw vanished(launched);
  });
}

/**
 * Stops the background server at an address, or the only one that runs, and takes its record and its log away. Other
 * servers are left alone.
 * @returns what was stopped, or `undefined` when there was none
 * @throws OllamaError `INVALID_REQUEST` when several run and none was named
 */
export async function stopBackgroundServer(choice: BackgroundServerChoice = {}): Promise<ServerRecord | undefined> {
  const stateDir = choice.stateDir ?? stateFolder();
  const records = await runningRecords(stateDir);
  if (choice.host === undefined && records.length > 1) throw whichOne(records);
  const record = choice.host === undefined ? records[0] : recordAt(records, choice.host);
  if (record === undefined) return undefined;
  const place = { stateDir, url: record.url };
  return await withServerLock(place, STOP_WAIT_MS, async () => {
    const now = await readServerRecord(place);
    if (now?.kind !== "background" || now.pid !== record.pid) return undefined;
    await endRecordedProcess(record);
    await removeServerRecord(place);
    await rm(record.logFile, { force: true });
    return record;
  });
}

/** What runs already and will do; a server that programs share is kept for good from now on. */
async function findRunning(
  address: ServerAddress,
  place: ServerPlace,
): Promise<ServerInfo | BackgroundServerStatus | undefined> {
  const health = await probeServer(address.host);
  const record = await readServerRecord(place);
  if (health.status === "up" && record !== undefined && isSameProcess(record.pid, record.startToken)) {
    const kept: ServerRecord = { ...record, kind: "background" };
    if (record.kind === "shared") await writeServerRecord(place.stateDir, kept);
    return await statusOf(kept);
  }
  if (health.status === "up") {
    const version = health.version === undefined ? {} : { version: health.version };
    return { url: address.url, source: "running", ...version };
  }
  if (address.explicit) return undefined;
  return (await backgroundServers({ stateDir: place.stateDir })).find(({ answers }) => answers);
}

async function runningRecords(stateDir: string): Promise<ServerRecord[]> {
  const running: ServerRecord[] = [];
  for (const record of await readServerRecords(stateDir)) {
    if (record.kind !== "background") continue;
    if (isSameProcess(record.pid, record.startToken)) running.push(record);
    else await removeServerRecord({ stateDir, url: record.url });
  }
  return running;
}

function recordAt(records: readonly ServerRecord[], host: string): ServerRecord | undefined {
  const { url } = resolveServerAddress(host, {});
  return url.startsWith("http") ? records.find((record) => serverKey(record.url) === serverKey(url)) : undefined;
}

async function statusOf(record: ServerRecord): Promise<BackgroundServerStatus> {
  const { status, version } = await probeServer(record.url, LOOK_TIMEOUT_MS);
  return {
    source: "background",
    url: record.url,
    pid: record.pid,
    answers: status === "up",
    ...(version === undefined ? {} : { version }),
    startedAt: record.startedAt,
    logFile: record.logFile,
    command: record.command,
  };
}

/** Something may have the port and say nothing at all. */
async function isTaken({ loopback }: ServerAddress): Promise<boolean> {
  return loopback !== undefined && (await isPortOpen(loopback.hostname, loopback.port));
}

function whichOne(records: readonly ServerRecord[]): OllamaError {
  const urls = records.map(({ url }) => url);
  const message = `${records.length} background servers run: ${urls.join(", ")}. Name the one to stop.`;
  return new OllamaError("INVALID_REQUEST", message, { details: { urls } });
}

function vanished({ url, logFile }: ServerRecord): OllamaError {
  const message = `The server for ${url} ended as soon as it had answered. Its log is ${logFile}; start it again.`;
  return new OllamaError("SERVER_UNAVAILABLE", message, { details: { url, logFile } });
}

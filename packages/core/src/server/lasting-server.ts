import { OllamaError } from "@codo/ollama-contract";
import { isSameProcess } from "@codo/ollama-node-kit";
import { endRecordedProcess } from "./end-process.js";
import { launchLastingServer } from "./launch-lasting-server.js";
import { isPortOpen } from "./port-open.js";
import { LOOK_TIMEOUT_MS, probeServer } from "./probe-server.js";
import type { ServeCommand } from "./serve-process.js";
import { resolveServerAddress, type ServerAddress } from "./server-address.js";
import type { ServerInfo } from "./server-info.js";
import { readServerRecord, removeServerRecord, type ServerRecord } from "./server-record.js";
import { portOccupied } from "./start-failures.js";
import { withStartLock } from "./start-lock.js";
import { stateFolder } from "./state-folder.js";

/** Where the lasting server is recorded. */
export interface LastingServerInit {
  /** @defaultValue the platform's state folder for codo, see `CODO_STATE_DIR` */
  stateDir?: string;
}

/** Settings of {@link startLastingServer}. */
export interface LastingServerStart extends LastingServerInit {
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

/** The lasting server as it is now. */
export interface LastingServerStatus extends ServerInfo {
  source: "lasting";
  pid: number;
  /** Whether it answers; `false` while it starts or hangs. */
  answers: boolean;
  startedAt: string;
  logFile: string;
  command: string[];
}

const DEFAULT_START_TIMEOUT_MS = 30_000;

/** The lasting server that is recorded and still there. A record whose process is gone is taken away. */
export async function lastingServerStatus(init: LastingServerInit = {}): Promise<LastingServerStatus | undefined> {
  const stateDir = init.stateDir ?? stateFolder();
  const record = await readServerRecord(stateDir);
  if (record === undefined) return undefined;
  if (!isSameProcess(record.pid, record.startToken)) {
    await removeServerRecord(stateDir);
    return undefined;
  }
  const { status, version } = await probeServer(record.url, LOOK_TIMEOUT_MS);
  return {
    source: "lasting",
    url: record.url,
    pid: record.pid,
    answers: status === "up",
    ...(version === undefined ? {} : { version }),
    startedAt: record.startedAt,
    logFile: record.logFile,
    command: record.command,
  };
}

/** The process of the lasting server where it is the one at `url`. */
export async function lastingServerAt(url: string, stateDir: string): Promise<number | undefined> {
  const record = await readServerRecord(stateDir);
  if (record?.url !== url) return undefined;
  return isSameProcess(record.pid, record.startToken) ? record.pid : undefined;
}

/**
 * Makes sure that a server runs which outlives this process: one that answers already, else `ollama serve`, else the
 * engine's command; at the address, or where nobody named it and its port is taken, on a free loopback port. One that it starts is recorded in the state folder, where later programs
 * find it, and logs to a file there.
 * @throws OllamaError `SERVER_UNAVAILABLE` with the remedies, or with the last lines of a program that failed
 */
export async function startLastingServer(start: LastingServerStart = {}): Promise<ServerInfo | LastingServerStatus> {
  const env = start.env ?? process.env;
  const stateDir = start.stateDir ?? stateFolder(env);
  const timeoutMs = start.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS;
  return await withStartLock(stateDir, 2 * timeoutMs, async () => {
    const address = resolveServerAddress(start.host, env);
    const health = await probeServer(address.host);
    const recorded = await lastingServerStatus({ stateDir });
    if (recorded?.answers && (recorded.url === address.url || !address.explicit)) return recorded;
    if (health.status === "up") {
      return {
        url: address.url,
        source: "running",
        ...(health.version === undefined ? {} : { version: health.version }),
      };
    }
    const isPortTaken = health.status === "foreign" || (await isTaken(address));
    if (isPortTaken && address.explicit) throw portOccupied(address, health);
    const ollamaBinary = start.ollamaBinary ?? "ollama";
    const { engineCommand } = start;
    await launchLastingServer({ address, env, stateDir, timeoutMs, ollamaBinary, engineCommand, isPortTaken });
    const launched = await lastingServerStatus({ stateDir });
    if (launched === undefined) throw vanished(address.url);
    return launched;
  });
}

/**
 * Stops the lasting server and takes its record away. Servers that are not recorded are left alone.
 * @returns what was stopped, or `undefined` when there was none
 */
export async function stopLastingServer(init: LastingServerInit = {}): Promise<ServerRecord | undefined> {
  const stateDir = init.stateDir ?? stateFolder();
  const record = await readServerRecord(stateDir);
  if (record === undefined) return undefined;
  const wasAlive = isSameProcess(record.pid, record.startToken);
  if (wasAlive) await endRecordedProcess(record);
  await removeServerRecord(stateDir);
  return wasAlive ? record : undefined;
}

/** Something may have the port and say nothing at all. */
async function isTaken({ loopback }: ServerAddress): Promise<boolean> {
  return loopback !== undefined && (await isPortOpen(loopback.hostname, loopback.port));
}

function vanished(url: string): OllamaError {
  const message = `The server for ${url} ended as soon as it had answered. Its log is in the state folder; start it again.`;
  return new OllamaError("SERVER_UNAVAILABLE", message, { details: { url } });
}

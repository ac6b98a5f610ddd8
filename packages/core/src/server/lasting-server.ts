import { spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { OllamaError } from "../errors/ollama-error.js";
import { probeServer } from "./probe-server.js";
import { isProcessAlive, isSameProcess, processStartToken } from "./process-identity.js";
import type { ServeCommand } from "./serve-process.js";
import { resolveServerAddress, type ServerAddress } from "./server-address.js";
import type { ServerInfo } from "./server-info.js";
import { readServerRecord, removeServerRecord, type ServerRecord, writeServerRecord } from "./server-record.js";
import { nothingToStart, portOccupied } from "./start-failures.js";
import { withStartLock } from "./start-lock.js";
import { stateFolder } from "./state-folder.js";
import { waitUntil } from "./wait-until.js";

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
const STOP_TIMEOUT_MS = 10_000;
const LOOK_TIMEOUT_MS = 2000;

/** The lasting server that is recorded and still there. A record whose process is gone is taken away. */
export async function lastingServerStatus(init: LastingServerInit = {}): Promise<LastingServerStatus | undefined> {
  const stateDir = init.stateDir ?? stateFolder();
  const record = await readServerRecord(stateDir);
  if (record === undefined) return undefined;
  if (!(await isSameProcess(record.pid, record.startToken))) {
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
  return (await isSameProcess(record.pid, record.startToken)) ? record.pid : undefined;
}

/**
 * Makes sure that a server runs which outlives this process: one that answers already, else `ollama serve`, else the
 * engine's command on a free loopback port. One that it starts is recorded in the state folder, where later programs
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
    if (health.status === "foreign" && address.explicit) throw portOccupied(address, health);
    return await launch(start, { address, env, stateDir, timeoutMs, isForeign: health.status === "foreign" });
  });
}

interface LaunchPlan {
  address: ServerAddress;
  env: NodeJS.ProcessEnv;
  stateDir: string;
  timeoutMs: number;
  isForeign: boolean;
}

async function launch(start: LastingServerStart, plan: LaunchPlan): Promise<LastingServerStatus> {
  const { address, env } = plan;
  const binary = start.ollamaBinary ?? "ollama";
  if (address.loopback !== undefined && !plan.isForeign) {
    const { hostname, port } = address.loopback;
    const command = { command: binary, args: ["serve"], env: { ...env, OLLAMA_HOST: `${hostname}:${port}` } };
    const status = await serveLasting(command, address.url, plan);
    if (status !== undefined) return status;
  }
  if (address.explicit || start.engineCommand === undefined) {
    throw nothingToStart(address, binary, start.engineCommand !== undefined);
  }
  const port = await freePort();
  const command = await start.engineCommand({ host: "127.0.0.1", port });
  const status = await serveLasting(command, `http://127.0.0.1:${port}`, plan);
  if (status === undefined) throw nothingToStart(address, command.command, true);
  return status;
}

async function serveLasting(
  { command, args, env }: ServeCommand,
  url: string,
  { stateDir, timeoutMs }: LaunchPlan,
): Promise<LastingServerStatus | undefined> {
  await mkdir(stateDir, { recursive: true });
  const logFile = join(stateDir, "server.log");
  const log = await open(logFile, "w", 0o600);
  const child = spawn(command, args, { env, detached: true, windowsHide: true, stdio: ["ignore", log.fd, log.fd] });
  const failure = new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    child.once("error", resolve);
    child.once("spawn", () => resolve(undefined));
  });
  child.unref();
  const error = await failure;
  await log.close();
  if (error?.code === "ENOENT") return undefined;
  const commandLine = [command, ...args];
  if (error !== undefined || child.pid === undefined) throw await failedStart(commandLine, url, logFile, error);
  const record: ServerRecord = {
    schemaVersion: 1,
    pid: child.pid,
    startToken: await processStartToken(child.pid),
    url,
    command: commandLine,
    startedAt: new Date().toISOString(),
    logFile,
  };
  const isUp = await waitUntil(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    return (await probeServer(url, LOOK_TIMEOUT_MS)).status === "up" ? true : undefined;
  }, timeoutMs);
  if (isUp !== true) {
    await endProcess(record);
    throw await failedStart(commandLine, url, logFile);
  }
  await writeServerRecord(stateDir, record);
  const status = await lastingServerStatus({ stateDir });
  if (status === undefined) throw await failedStart(commandLine, url, logFile);
  return status;
}

/**
 * Stops the lasting server and takes its record away. Servers that are not recorded are left alone.
 * @returns what was stopped, or `undefined` when there was none
 */
export async function stopLastingServer(init: LastingServerInit = {}): Promise<ServerRecord | undefined> {
  const stateDir = init.stateDir ?? stateFolder();
  const record = await readServerRecord(stateDir);
  if (record === undefined) return undefined;
  const wasAlive = await isSameProcess(record.pid, record.startToken);
  if (wasAlive) await endProcess(record);
  await removeServerRecord(stateDir);
  return wasAlive ? record : undefined;
}

async function endProcess({ pid, startToken }: ServerRecord): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!(await isSameProcess(pid, startToken))) return;
    try {
      // It was started as the leader of a group of its own; what it started in turn ends with it.
      process.kill(process.platform === "win32" ? pid : -pid, signal);
    } catch {
      if (!isProcessAlive(pid)) return;
      process.kill(pid, signal);
    }
    const isGone = await waitUntil(
      async () => ((await isSameProcess(pid, startToken)) ? undefined : true),
      STOP_TIMEOUT_MS,
    );
    if (isGone) return;
  }
}

async function failedStart(commandLine: string[], url: string, logFile: string, cause?: Error): Promise<OllamaError> {
  const lines = (await readFile(logFile, "utf8").catch(() => "")).trimEnd().split("\n").slice(-40).join("\n");
  const what = cause === undefined ? `did not serve at ${url}` : `could not be started (${cause.message})`;
  const log = lines === "" ? "It printed nothing." : `Its last lines (${logFile}):\n${lines}`;
  return new OllamaError("SERVER_UNAVAILABLE", `"${commandLine.join(" ")}" ${what}. ${log}`, {
    retryable: false,
    details: { url, logFile, log: lines },
    ...(cause === undefined ? {} : { cause }),
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

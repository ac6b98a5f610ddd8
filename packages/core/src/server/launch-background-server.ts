import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open } from "node:fs/promises";
import { createServer } from "node:net";
import { OllamaError } from "@codo/ollama-contract";
import { processStartToken } from "@codo/ollama-node-kit";
import { endRecordedProcess } from "./end-process.js";
import { readLogTail } from "./log-tail.js";
import { LOOK_TIMEOUT_MS, probeServer } from "./probe-server.js";
import type { LoggedCommand, ServeCommand } from "./serve-process.js";
import { listenHostname, type ServerAddress } from "./server-address.js";
import { serverLogFile, serversFolder } from "./server-files.js";
import { type ServerRecord, writeServerRecord } from "./server-record.js";
import { nothingToStart } from "./start-failures.js";
import { waitUntil } from "./wait-until.js";

/** What a background server is started with. */
export interface LaunchPlan {
  address: ServerAddress;
  env: NodeJS.ProcessEnv;
  stateDir: string;
  timeoutMs: number;
  ollamaBinary: string;
  engineCommand?: ((address: { host: string; port: number }) => ServeCommand | Promise<ServeCommand>) | undefined;
  /** Whether something that is no Ollama has the port. */
  isPortTaken: boolean;
}

/** A command as it is run for good: where it will answer, and where it logs to. */
interface BackgroundCommand extends LoggedCommand {
  url: string;
}

/**
 * Starts a server that outlives this process and records it: `ollama serve`, else the engine's command. Both serve at
 * the address; where nobody named it and something else has its port, the engine takes a free one.
 * @throws OllamaError `SERVER_UNAVAILABLE`
 */
export async function launchBackgroundServer(plan: LaunchPlan): Promise<ServerRecord> {
  const { address, env, ollamaBinary, engineCommand, isPortTaken } = plan;
  const hostname = listenHostname(address);
  const port = address.loopback?.port;
  const isHere = hostname !== undefined && port !== undefined;
  if (isHere && !isPortTaken) {
    const serveEnv = { ...env, OLLAMA_HOST: `${hostname}:${port}` };
    const ollama = { command: ollamaBinary, args: ["serve"], env: serveEnv };
    const record = await serveForGood(logged(ollama, address.url, plan), plan);
    if (record !== undefined) return record;
  }
  // A named address is served there or nowhere.
  if (engineCommand === undefined || (address.explicit && !isHere)) {
    throw nothingToStart(address, { binary: ollamaBinary, hasEngine: engineCommand !== undefined });
  }
  const place = isHere && !isPortTaken ? { host: hostname, port } : { host: "127.0.0.1", port: await freePort() };
  const url = isHere && !isPortTaken ? address.url : `http://127.0.0.1:${place.port}`;
  const command = await engineCommand(place);
  const record = await serveForGood(logged(command, url, plan), plan);
  if (record !== undefined) return record;
  throw nothingToStart(address, { binary: command.command, hasEngine: true });
}

function logged(command: ServeCommand, url: string, { stateDir }: LaunchPlan): BackgroundCommand {
  return { ...command, url, logFile: serverLogFile({ stateDir, url }) };
}

/** @returns `undefined` when there is no such program */
async function serveForGood(
  command: BackgroundCommand,
  { stateDir, timeoutMs }: LaunchPlan,
): Promise<ServerRecord | undefined> {
  const { url, logFile } = command;
  await mkdir(serversFolder(stateDir), { recursive: true });
  const child = await spawnForGood(command);
  if (child === undefined) return undefined;
  const pid = child.pid ?? 0;
  const record: ServerRecord = {
    schemaVersion: 1,
    kind: "background",
    pid,
    startToken: processStartToken(pid),
    url,
    command: [command.command, ...command.args],
    startedAt: new Date().toISOString(),
    logFile,
  };
  const isUp = await waitUntil(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    return (await probeServer(url, LOOK_TIMEOUT_MS)).status === "up" ? true : undefined;
  }, timeoutMs);
  if (isUp !== true) {
    await endRecordedProcess(record);
    throw startFailed(command);
  }
  await writeServerRecord(stateDir, record);
  return record;
}

async function spawnForGood(command: BackgroundCommand): Promise<ChildProcess | undefined> {
  const log = await open(command.logFile, "w", 0o600);
  try {
    const child = spawn(command.command, command.args, {
      env: command.env,
      detached: true,
      windowsHide: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.unref();
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      child.once("error", resolve);
      child.once("spawn", () => resolve(undefined));
    });
    if (error?.code === "ENOENT") return undefined;
    if (error !== undefined) throw startFailed(command, error);
    return child;
  } finally {
    await log.close();
  }
}

function startFailed({ command, args, url, logFile }: BackgroundCommand, cause?: Error): OllamaError {
  const lines = readLogTail(logFile);
  const what = cause === undefined ? `did not serve at ${url}` : `could not be started (${cause.message})`;
  const log = lines === "" ? "It printed nothing." : `Its last lines (${logFile}):\n${lines}`;
  return new OllamaError("SERVER_UNAVAILABLE", `"${[command, ...args].join(" ")}" ${what}. ${log}`, {
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
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("There is no free port.")),
      );
    });
  });
}

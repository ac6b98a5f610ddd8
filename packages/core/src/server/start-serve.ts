import { isPortOpen } from "./port-open.js";
import { LOOK_TIMEOUT_MS, probeServer } from "./probe-server.js";
import { type LoggedCommand, ServeProcess } from "./serve-process.js";
import type { ServerHealth } from "./server-info.js";
import { diedEarly, neverReady } from "./start-failures.js";
import { waitUntil } from "./wait-until.js";

/** Where a program is to serve, and how long it may take. */
export interface ServeTarget {
  url: string;
  hostname: string;
  port: number;
  /** Until it listens, in milliseconds. Once it listens it has three times as long to answer. */
  startTimeoutMs: number;
  /** Called with the process as soon as there is one. */
  onStart?: (pid: number) => Promise<void>;
}

/** What came of starting a program: `process` is absent where another program's server took the port first. */
export interface Served {
  health: ServerHealth;
  process?: ServeProcess;
}

/** How long another program, which took the port a moment ago, has to answer. */
const WINNER_GRACE_MS = 10_000;
const ANSWER_FACTOR = 3;

/**
 * Starts a program that serves and waits until it answers. Where two start at once and the other one got the port, the
 * other's server is what is found.
 * @returns `undefined` when there is no such program
 * @throws OllamaError `SERVER_UNAVAILABLE` with the program's last lines
 */
export async function startServe(command: LoggedCommand, target: ServeTarget): Promise<Served | undefined> {
  const process = new ServeProcess(command);
  if (process.pid !== undefined) await target.onStart?.(process.pid);
  let latest: ServerHealth | undefined;
  const look = async (): Promise<ServerHealth | ServeProcess | undefined> => {
    latest = await probeServer(target.url, LOOK_TIMEOUT_MS);
    if (latest.status === "up") return latest;
    return process.end === undefined ? undefined : process;
  };
  const startedAtMs = performance.now();
  let outcome = await waitUntil(look, target.startTimeoutMs);
  if (outcome === undefined && (await isPortOpen(target.hostname, target.port))) {
    outcome = await waitUntil(look, target.startTimeoutMs * (ANSWER_FACTOR - 1));
  }
  if (outcome === undefined) {
    await process.stop();
    throw neverReady(process, target.url, performance.now() - startedAtMs, latest);
  }
  if (outcome === process) return await afterEarlyEnd(process, target);
  return { health: outcome as ServerHealth, process };
}

async function afterEarlyEnd(process: ServeProcess, target: ServeTarget): Promise<Served | undefined> {
  if (process.end?.error?.code === "ENOENT") return undefined;
  if (await isPortOpen(target.hostname, target.port)) {
    const health = await waitUntil(async () => {
      const found = await probeServer(target.url, LOOK_TIMEOUT_MS);
      return found.status === "up" ? found : undefined;
    }, WINNER_GRACE_MS);
    if (health !== undefined) return { health };
  }
  throw diedEarly(process, target.url);
}

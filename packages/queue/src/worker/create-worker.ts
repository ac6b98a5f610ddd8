import { hostname } from "node:os";
import { createIdFactory } from "@codo/ollama-contract";
import { Backend } from "../connection/backend.js";
import { RunningWorker } from "./running-worker.js";
import type { QueueWorker, WorkerOptions } from "./worker-options.js";

const nextId = createIdFactory();

/**
 * Starts a worker: it takes prompts for its models from their queues, and runs them at its server until it is closed.
 * A server that is gone gives its jobs back to the others; the worker waits for it and goes on.
 * @throws OllamaError `SERVER_UNAVAILABLE` where the queue does not answer, `INVALID_REQUEST` for options that are none
 */
export async function createWorker(options: WorkerOptions): Promise<QueueWorker> {
  const backend = await Backend.open(options);
  const id = nextId();
  try {
    const worker = new RunningWorker({ id, host: await hostOf(options), backend, options });
    await worker.start();
    return worker;
  } catch (error) {
    await backend.close();
    throw error;
  }
}

/** A server's address without credentials, else the machine. */
async function hostOf({ host, executor }: WorkerOptions): Promise<string> {
  if (host !== undefined) return host;
  const server = await executor.describeServer?.({ timeouts: { totalMs: 3_000 } }).catch(() => undefined);
  return server?.url ?? hostname();
}

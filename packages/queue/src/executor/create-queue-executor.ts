import { OllamaError } from "@codo/ollama-contract";
import { Backend } from "../connection/backend.js";
import { parseQueueAddress } from "../connection/queue-address.js";
import type { QueueExecutor, QueueExecutorOptions } from "./executor-options.js";
import { FleetExecutor } from "./fleet-executor.js";

/**
 * Makes an executor whose requests are run by the workers of a queue. It connects with the first request; close it at
 * the end.
 * @throws OllamaError `INVALID_REQUEST` for options that are none
 */
export function createQueueExecutor(options: QueueExecutorOptions): QueueExecutor {
  parseQueueAddress(options.connection);
  const { capacity = 1_000 } = options;
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new OllamaError("INVALID_REQUEST", "The capacity of a queue executor is a whole number from 1.");
  }
  return new FleetExecutor(() => Backend.open(options), { ...options, capacity });
}

import type { ModelExecutor } from "@codo/ollama-contract";
import type { QueueConnection } from "../connection/queue-connection.js";

/** A model of a worker's server. */
export interface ServedModel {
  name: string;
  /** As `/api/tags` lists it; tells a model from a later one of the same name. */
  digest?: string;
}

/** What a worker serves, and how. */
export interface WorkerOptions extends QueueConnection {
  /** Runs the prompts: `createExecutor(client)`, an `OllamaManager`, or anything else that is an executor. */
  executor: ModelExecutor;
  /** The models it takes prompts for; a function is asked again every few seconds, for a server whose models change. */
  models: readonly string[] | (() => Promise<readonly (string | ServedModel)[]>);
  /** Names its server in status and results. @defaultValue the executor's server, else the machine's name */
  host?: string;
  /**
   * Most prompts at its server at once. `"auto"` finds the least that keeps it busy, and backs off at a 503.
   * @defaultValue "auto"
   */
  concurrency?: number | "auto";
  /** Called when something changes that a person wants to know: a server that is gone, a job that cannot be read. */
  onEvent?: (event: WorkerEvent) => void;
  /**
   * How long a worker that vanished keeps its jobs, in milliseconds: then others take them.
   * @defaultValue 15 000
   */
  lockDurationMs?: number;
  /** How often a server that is down is asked whether it is back, in milliseconds. @defaultValue 1 000 */
  probeMs?: number;
}

/** What a worker reports. */
export type WorkerEvent =
  | { type: "down"; host: string; reason: string }
  | { type: "up"; host: string }
  | { type: "models"; models: string[] }
  | { type: "unreadable"; jobId: string; reason: string }
  | { type: "failed"; jobId: string; code: string; reason: string }
  | { type: "done"; jobId: string; model: string };

/** A worker that runs. */
export interface QueueWorker extends AsyncDisposable {
  readonly id: string;
  readonly host: string;
  /** The models that it takes prompts for now. */
  readonly models: readonly string[];
  /** Finishes what runs, takes nothing new, and ends. */
  close(): Promise<void>;
  /** Gives back what runs, and ends. */
  abort(): Promise<void>;
}

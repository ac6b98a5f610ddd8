import type { ModelExecutor } from "@codo/ollama-contract";
import type { ExecutorClient, OllamaClientOptions } from "@codo/ollama-core";

/** A server of a pool: an address as `OLLAMA_HOST` has it, an executor or a client that reaches it, or all that can be said of it. */
export type PoolMember = string | HostInit | ModelExecutor | ExecutorClient;

/** A server of a pool: where it is, or what reaches it, and its limits. One of `host`, `client` and `executor`. */
export interface HostInit {
  /** What results and errors call it. @defaultValue the host's URL, or `host-1`, `host-2` … */
  name?: string;
  /** Address, as `OLLAMA_HOST` has it. */
  host?: string;
  /** Beside `host`: API key, headers, deadlines. */
  clientOptions?: Omit<OllamaClientOptions, "host">;
  client?: ExecutorClient;
  executor?: ModelExecutor;
  /** Most executions at once on this host. @defaultValue no limit */
  concurrency?: number;
  /** The models that it has. Without them the pool finds out: a host that lacks a model is not asked for it again for a while. */
  models?: readonly string[];
}

/** How a pool works. */
export interface HostPoolOptions {
  /** Milliseconds between two looks at a host that is down. @defaultValue 5 000 */
  healthCheckMs?: number;
  /** Milliseconds that a host may take to show that it is alive. @defaultValue 3 000 */
  healthTimeoutMs?: number;
  /** Milliseconds for which a host that lacks a model is not asked for it. @defaultValue 60 000 */
  modelMemoryMs?: number;
  /** Called when a host goes down or comes back. */
  onHealthChange?: (status: HostStatus) => void;
}

/** How a host is doing. */
export interface HostStatus {
  name: string;
  isUp: boolean;
  /** Executions under way. */
  running: number;
  concurrency?: number;
  /** Executions that it finished, with or without success. */
  finished: number;
  /** Why it is down. */
  lastError?: string;
}

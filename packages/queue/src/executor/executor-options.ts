import type { ExecutionRequest, ModelExecutor } from "@codo/ollama-contract";
import type { QueueConnection } from "../connection/queue-connection.js";

/** How an executor gives work to a queue. */
export interface QueueExecutorOptions extends QueueConnection {
  /**
   * The batch that requests with an `itemKey` belong to. A request for the same item in the same batch gets the
   * result that is there, also from another process or machine.
   * @defaultValue "run"
   */
  batch?: string;
  /** Most requests that a batch gives it at once; it bounds what stands in the queue. @defaultValue 1 000 */
  capacity?: number;
  /** Attempts at a request that fails in a way that may pass, before it is given up. @defaultValue 5 */
  attempts?: number;
}

/** An executor whose requests are run by the workers of a queue, wherever they are. */
export interface QueueExecutor extends ModelExecutor, AsyncDisposable {
  readonly capacity: number;
  forget(request: ExecutionRequest): void;
  /** Closes the connections. Jobs that wait stay in the queue. */
  close(): Promise<void>;
}

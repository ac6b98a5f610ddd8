import { OllamaError } from "@codo/ollama-contract";
import {
  createPostgresBackend,
  type Processor,
  Queue,
  QueueEvents,
  QueueEventsProducer,
  Worker,
  type WorkerOptions,
} from "bullmq";
import { checkServer } from "./check-server.js";
import { parseQueueAddress, type QueueAddress } from "./queue-address.js";
import type { QueueConnection } from "./queue-connection.js";
import { WarningLog } from "./warning-log.js";
import { withinMs } from "./within-ms.js";

/** In PostgreSQL the name is a schema's, and BullMQ takes no "-" in that. */
const NAMES: Readonly<Record<QueueAddress["kind"], { pattern: RegExp; rule: string }>> = {
  redis: { pattern: /^[a-z_][a-z0-9_-]{0,62}$/, rule: 'small letters, digits, "_" and "-", a letter first' },
  postgres: { pattern: /^[a-z_][a-z0-9_]{0,62}$/, rule: 'small letters, digits and "_", a letter first' },
};

/** Connections of each queue; a database serves about a hundred in all. */
const POOL_SIZE = 2;

const CLOSE_MS = 2_000;

/** What is set of a worker here; the rest is the back end's. */
export type WorkerSettings = Omit<WorkerOptions, "connection" | "prefix">;

/** The one place that makes BullMQ's objects: all over one address and under one name. */
export class Backend {
  readonly address: QueueAddress;
  readonly warnings: WarningLog;
  readonly #name: string;
  readonly #parts: Set<Queue | QueueEvents | QueueEventsProducer> = new Set();
  #isClosing = false;

  private constructor(address: QueueAddress, name: string, warnings: WarningLog) {
    this.address = address;
    this.#name = name;
    this.warnings = warnings;
  }

  /**
   * Opens a queue's server.
   * @throws OllamaError `INVALID_REQUEST` for an address or name that is none, `SERVER_UNAVAILABLE` where nothing answers
   */
  static async open({ connection, name = "codo", onWarning }: QueueConnection): Promise<Backend> {
    const address = parseQueueAddress(connection);
    const { pattern, rule } = NAMES[address.kind];
    if (!pattern.test(name)) {
      const where = address.kind === "redis" ? "Redis" : "PostgreSQL";
      const what = `"${name}" cannot be the name of a queue in ${where}: ${rule}.`;
      throw new OllamaError("INVALID_REQUEST", what, { details: { name } });
    }
    await checkServer(address, name);
    return new Backend(address, name, new WarningLog(address, onWarning));
  }

  queue(queueName: string): Queue {
    return this.#keep(new Queue(queueName, ...this.#place({})));
  }

  worker(queueName: string, processor: Processor, settings: WorkerSettings): Worker {
    return this.#watch(new Worker(queueName, processor, ...this.#place(settings)));
  }

  events(queueName: string): QueueEvents {
    return this.#keep(new QueueEvents(queueName, ...this.#place({})));
  }

  producer(queueName: string): QueueEventsProducer {
    return this.#keep(new QueueEventsProducer(queueName, ...this.#place({})));
  }

  /** Closes every connection that was opened here, but those of workers, which end in their own time. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const parts = [...this.#parts];
    const closed = Promise.allSettled(parts.map((part) => part.close())).then(() => true);
    if (await withinMs(closed, CLOSE_MS)) return;
    // To say goodbye to a server that is gone would take until it is back.
    for (const part of parts) void part.disconnect().catch(() => {});
  }

  /** Options and back end of one of BullMQ's objects. Its types know Redis alone as what needs no back end. */
  #place<T extends object>(settings: T): [T & { connection: { url: string }; prefix: string }] {
    const { kind, url } = this.address;
    if (kind === "postgres") {
      const connection = { connectionString: url, schema: this.#name, migrate: true, max: POOL_SIZE };
      return [{ ...settings, connection }, createPostgresBackend] as never;
    }
    // A command waits for a connection that comes back rather than fail: what is under way outlives a restart.
    const connection = { url, maxRetriesPerRequest: null, retryStrategy: reconnectDelayMs };
    return [{ ...settings, connection, prefix: this.#name }];
  }

  #keep<T extends Queue | QueueEvents | QueueEventsProducer>(part: T): T {
    this.#parts.add(part);
    return this.#watch(part);
  }

  #watch<T extends Queue | QueueEvents | QueueEventsProducer | Worker>(part: T): T {
    // What nobody listens to would end the process.
    (part as Queue).on("error", (error: Error) => {
      if (!this.#isClosing) this.warnings.report(error);
    });
    return part;
  }
}

/** Quick at first, so that a restart is hardly felt; never longer than two seconds. */
function reconnectDelayMs(attempt: number): number {
  return Math.min(2_000, 50 * 2 ** Math.min(attempt, 6));
}

import {
  type CallOptions,
  createIdFactory,
  type EmbeddingRequest,
  type EmbeddingResult,
  type ExecutionHandle,
  type ExecutionRequest,
  type LoadedModel,
  type ModelDescription,
} from "@codo/ollama-contract";
import { startRun, untilAborted } from "@codo/ollama-contract/executor-kit";
import type { JobsOptions } from "bullmq";
import type { Backend } from "../connection/backend.js";
import type { DescribeJob, EmbedJob } from "../jobs/job-data.js";
import type { QueueExecutor, QueueExecutorOptions } from "./executor-options.js";
import { jobOptions } from "./job-options.js";
import { errorOfFailure, readValue } from "./job-results.js";
import { QueueLink } from "./queue-link.js";
import { QueuedRun } from "./queued-run.js";

const nextId = createIdFactory();

/** An executor whose requests are run by the workers of a queue, wherever they are. */
export class FleetExecutor implements QueueExecutor {
  readonly capacity: number;
  readonly #options: QueueExecutorOptions;
  readonly #jobOptions: JobsOptions;
  readonly #open: () => Promise<Backend>;
  #link: Promise<QueueLink> | undefined;
  #connectedLink: QueueLink | undefined;

  /** @param open connects to the queue; called with the first request */
  constructor(open: () => Promise<Backend>, options: QueueExecutorOptions & { capacity: number }) {
    this.#open = open;
    this.#options = options;
    this.#jobOptions = jobOptions(options.attempts);
    this.capacity = options.capacity;
  }

  execute(request: ExecutionRequest): ExecutionHandle {
    return startRun(request, async (run) => {
      // A signal of each request's own would cost more than all else that waits for its answer.
      const link = this.#connectedLink ?? untilAborted(this.#connected(), run.cancellation.signal);
      const init = { request, run, link, options: this.#options, jobOptions: this.#jobOptions };
      return await new QueuedRun(init).result();
    });
  }

  async embed(request: EmbeddingRequest): Promise<EmbeddingResult> {
    const { signal, headers: _headers, ...portable } = request;
    return await this.#ask({ schemaVersion: 1, kind: "embed", request: portable }, signal);
  }

  /** What a worker's server says of a model. @throws OllamaError `MODEL_NOT_FOUND` where no worker has it */
  async describeModel(name: string, { signal, timeouts }: CallOptions = {}): Promise<ModelDescription> {
    const request = { model: name, ...(timeouts && { timeouts }) };
    return await this.#ask({ schemaVersion: 1, kind: "describe", request }, signal);
  }

  /** The loaded models of all workers, as of their last word; a model that two servers hold is listed twice. */
  async listLoaded({ signal }: CallOptions = {}): Promise<LoadedModel[]> {
    const link = await untilAborted(this.#connected(), signal);
    return (await untilAborted(link.fleet.liveWorkers(), signal)).flatMap(({ loaded }) => loaded);
  }

  /** Lets the queue forget a result that its caller has written down. */
  forget(request: ExecutionRequest): void {
    if (this.#link === undefined) return;
    void this.#link.then((link) => link.forget(request, this.#options.batch)).catch(() => {});
  }

  /** Closes the connections. Jobs that wait stay in the queue. */
  async close(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    this.#connectedLink = undefined;
    await (await link?.catch(() => undefined))?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #connected(): Promise<QueueLink> {
    if (this.#link === undefined) {
      const link = this.#open().then((backend) => new QueueLink(backend));
      link.then(
        (connected) => {
          if (this.#link === link) this.#connectedLink = connected;
        },
        () => {
          // The next request tries again.
          if (this.#link === link) this.#link = undefined;
        },
      );
      this.#link = link;
    }
    return this.#link;
  }

  async #ask<T>(data: EmbedJob | DescribeJob, signal: AbortSignal | undefined): Promise<T> {
    const link = await untilAborted(this.#connected(), signal);
    const { model } = data.request;
    await untilAborted(link.assertServed(model), signal);
    const channel = await untilAborted(link.channel(model), signal);
    const jobId = nextId();
    const outcome = new Promise<T>((resolve, reject) => {
      channel.submit(jobId, {
        data,
        options: this.#jobOptions,
        completed: (value) => {
          try {
            resolve(readValue<T>(value));
          } catch (error) {
            reject(error);
          }
        },
        failed: (reason, { failure }) => reject(errorOfFailure(failure, reason)),
      });
    });
    try {
      return await untilAborted(outcome, signal);
    } catch (error) {
      if (signal?.aborted) link.cancel(model, jobId);
      throw error;
    } finally {
      channel.leave(jobId);
      channel.remove(jobId);
    }
  }
}

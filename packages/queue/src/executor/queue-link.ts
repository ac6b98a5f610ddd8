import type { ExecutionRequest } from "@codo/ollama-contract";
import type { QueueEventsProducer } from "bullmq";
import type { Backend } from "../connection/backend.js";
import { CONTROL_QUEUE, queueOfModel } from "../connection/queue-names.js";
import { Fleet } from "../fleet/fleet.js";
import { serves, type WorkerRecord } from "../fleet/worker-record.js";
import { itemJobId } from "../jobs/job-id.js";
import { JobChannel } from "./job-channel.js";
import { noWorkerFor } from "./no-worker-for.js";

const WORKERS_FRESH_MS = 1_000;

/** The batch of requests that have a key and were given none. */
const DEFAULT_BATCH = "run";

/** An executor's connection to its queue. */
export class QueueLink {
  readonly fleet: Fleet;
  readonly #backend: Backend;
  readonly #control: QueueEventsProducer;
  readonly #channels: Map<string, Promise<JobChannel>> = new Map();
  #workers: { atMs: number; records: Promise<WorkerRecord[]> } | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.fleet = new Fleet(backend);
    this.#control = backend.producer(CONTROL_QUEUE);
  }

  /** The queue of a model. */
  channel(model: string): Promise<JobChannel> {
    const name = queueOfModel(model);
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = this.#openChannel(model);
      this.#channels.set(name, channel);
    }
    return channel;
  }

  /** @throws OllamaError `MODEL_NOT_FOUND` where there are workers and none of them has a model */
  async assertServed(model: string): Promise<void> {
    const workers = await this.#freshWorkers();
    // Where there is none at all, one may come.
    if (workers.length === 0 || workers.some((worker) => serves(worker, model))) return;
    throw noWorkerFor(model, [...new Set(workers.flatMap(({ models }) => models))]);
  }

  /** Takes a job back: one that waits is removed, one that runs is ended by its worker. */
  cancel(model: string, jobId: string): void {
    void this.channel(model).then((channel) => channel.remove(jobId));
    void this.#control.publishEvent({ eventName: "cancel", jobId }).catch(() => {});
  }

  /** Removes an item's job, whose result is safe elsewhere. */
  async forget(request: ExecutionRequest, batch: string = DEFAULT_BATCH): Promise<void> {
    if (request.itemKey === undefined) return;
    const channel = await this.channel(request.model);
    channel.removeCompleted(jobIdOf(request, batch));
  }

  async close(): Promise<void> {
    const channels = await Promise.allSettled(this.#channels.values());
    await Promise.all(channels.map((opened) => (opened.status === "fulfilled" ? opened.value.close() : undefined)));
    await this.#backend.close();
  }

  async #openChannel(model: string): Promise<JobChannel> {
    await this.fleet.addModel(model);
    const channel = new JobChannel(this.#backend, model);
    await channel.ready();
    return channel;
  }

  #freshWorkers(): Promise<WorkerRecord[]> {
    const nowMs = performance.now();
    if (this.#workers === undefined || nowMs - this.#workers.atMs > WORKERS_FRESH_MS) {
      const records = this.fleet.liveWorkers();
      records.catch(() => {});
      this.#workers = { atMs: nowMs, records };
    }
    return this.#workers.records;
  }
}

/** The id of an item's job in its batch. */
export function jobIdOf(request: ExecutionRequest & { itemKey?: string }, batch: string = DEFAULT_BATCH): string {
  return itemJobId(batch, request.itemKey ?? "", request);
}

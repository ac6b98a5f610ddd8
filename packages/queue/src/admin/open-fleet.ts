import { OllamaError, type PartialExecutionOptions } from "@codo/ollama-contract";
import { optionsFingerprint } from "@codo/ollama-runner/batch-kit";
import type { Queue } from "bullmq";
import { Backend } from "../connection/backend.js";
import type { QueueConnection } from "../connection/queue-connection.js";
import { queueOfModel, shortModelName } from "../connection/queue-names.js";
import type { BatchRecord } from "../fleet/batch-record.js";
import { Fleet } from "../fleet/fleet.js";
import { serves, type WorkerRecord } from "../fleet/worker-record.js";
import { batchPrefix } from "../jobs/job-id.js";
import { failedItems, jobIdsOf, WAITING } from "./find-jobs.js";
import type { FailedItem, FleetStatus, ItemFilter, ModelStatus } from "./fleet-status.js";

/** A batch is known as long as it may run, and its results for as long as they wait to be collected. */
const BATCH_DAYS = 14;

/** Looks after a fleet: what there is, what was given up, and what is to go on or to stop. */
export interface FleetAdmin extends AsyncDisposable {
  status(): Promise<FleetStatus>;
  /**
   * The prompts that were given up, newest first.
   * @throws OllamaError `INVALID_REQUEST` for a batch that the queue does not have, `MODEL_NOT_FOUND`
   */
  failed(filter?: ItemFilter): AsyncIterable<FailedItem>;
  /** Has prompts tried again that were given up. @returns how many */
  retry(filter?: ItemFilter): Promise<number>;
  /** Holds the queue of a model, or of all: what runs ends, nothing is begun. */
  pause(model?: string): Promise<void>;
  resume(model?: string): Promise<void>;
  /**
   * Takes what waits of a batch out of the queue, with its results and its list of those given up. What runs ends.
   * @returns how many jobs
   * @throws OllamaError `INVALID_REQUEST` where the queue has no such batch
   */
  remove(batch: string): Promise<number>;
  /** Notes a batch that its submitter stays with, so that others can see and collect it. */
  noteBatch(batch: { id: string; model: string; options: PartialExecutionOptions; source?: string }): Promise<void>;
  close(): Promise<void>;
}

/** Opens a fleet to look after it. @throws OllamaError `SERVER_UNAVAILABLE` where the queue does not answer */
export async function openFleet(connection: QueueConnection): Promise<FleetAdmin> {
  return new Admin(await Backend.open(connection));
}

class Admin implements FleetAdmin {
  readonly #backend: Backend;
  readonly #fleet: Fleet;
  readonly #queues: Map<string, Queue> = new Map();

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#fleet = new Fleet(backend);
  }

  async status(): Promise<FleetStatus> {
    const [models, workers, batches] = await Promise.all([
      this.#fleet.models(),
      this.#fleet.liveWorkers(),
      this.#liveBatches(),
    ]);
    return {
      models: await Promise.all(models.map((model) => this.#modelStatus(model, workers))),
      workers: workers.sort((a, b) => (a.host < b.host ? -1 : 1)),
      batches: batches.sort((a, b) => a.createdAtMs - b.createdAtMs),
    };
  }

  async *failed(filter: ItemFilter = {}): AsyncGenerator<FailedItem> {
    let isAny = false;
    for (const model of await this.#modelsOf(filter.model)) {
      for await (const item of failedItems(this.#queue(model), model, filter)) {
        isAny = true;
        yield item;
      }
    }
    // A batch without a record can have such prompts all the same.
    if (!isAny && filter.batch !== undefined) await this.#fleet.batch(filter.batch);
  }

  async retry(filter: ItemFilter = {}): Promise<number> {
    let count = 0;
    for await (const { jobId, model } of this.failed(filter)) {
      const job = await this.#queue(model).getJob(jobId);
      if (job === undefined) continue;
      await job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true });
      count++;
    }
    return count;
  }

  async pause(model?: string): Promise<void> {
    for (const name of await this.#modelsOf(model)) await this.#queue(name).pause();
  }

  async resume(model?: string): Promise<void> {
    for (const name of await this.#modelsOf(model)) await this.#queue(name).resume();
  }

  async remove(batch: string): Promise<number> {
    const queue = this.#queue((await this.#fleet.batch(batch)).model);
    const jobIds = await jobIdsOf(queue, [...WAITING, "completed", "failed"], batchPrefix(batch));
    let removed = 0;
    for (const jobId of jobIds) removed += await queue.remove(jobId).catch(() => 0);
    await this.#fleet.batches.remove(batch);
    return removed;
  }

  async noteBatch({ id, model, options, source }: Parameters<FleetAdmin["noteBatch"]>[0]): Promise<void> {
    await this.#fleet.addModel(model);
    // One that was submitted before knows how many items it has.
    if ((await this.#fleet.batches.get(id)) !== undefined) return;
    await this.#fleet.batches.put(id, {
      schemaVersion: 1,
      id,
      model: shortModelName(model),
      options: optionsFingerprint(options),
      ...(source !== undefined && { source }),
      createdAtMs: Date.now(),
      submitted: 0,
      cursor: 0,
      digest: "",
      isComplete: true,
    });
  }

  async close(): Promise<void> {
    await this.#backend.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Batches whose results may still be there; the records of older ones are taken away. */
  async #liveBatches(): Promise<BatchRecord[]> {
    const all = await this.#fleet.batches.list();
    const oldestMs = Date.now() - BATCH_DAYS * 86_400_000;
    const old = all.filter(({ createdAtMs }) => createdAtMs < oldestMs);
    await Promise.all(old.map(({ id }) => this.#fleet.batches.remove(id)));
    return all.filter(({ createdAtMs }) => createdAtMs >= oldestMs);
  }

  async #modelStatus(model: string, workers: readonly WorkerRecord[]): Promise<ModelStatus> {
    const queue = this.#queue(model);
    const [counts, metrics, isPaused] = await Promise.all([
      queue.getJobCounts("wait", "prioritized", "delayed", "active", "completed", "failed"),
      queue.getMetrics("completed", 0, 0),
      queue.isPaused(),
    ]);
    const { wait = 0, prioritized = 0, delayed = 0, active = 0, completed = 0, failed = 0 } = counts;
    const waiting = wait + prioritized + delayed;
    const own = workers.filter((worker) => worker.state !== "draining" && serves(worker, model));
    const promptsPerSecond = own.reduce((sum, worker) => sum + worker.promptsPerSecond, 0);
    const canTell = promptsPerSecond > 0 && waiting + active > 0 && !isPaused;
    return {
      model,
      waiting,
      active,
      completed: Math.max(completed, metrics.meta.count),
      failed,
      uncollected: completed,
      isPaused,
      workers: own.length,
      promptsPerSecond,
      ...(canTell && { etaSeconds: Math.ceil((waiting + active) / promptsPerSecond) }),
    };
  }

  /** @throws OllamaError `MODEL_NOT_FOUND` for a model that has no queue */
  async #modelsOf(model: string | undefined): Promise<string[]> {
    const models = await this.#fleet.models();
    if (model === undefined) return models;
    const name = shortModelName(model);
    if (models.includes(name)) return [name];
    const what = `The queue knows no model "${name}".`;
    const advice = `It knows: ${models.join(", ") || "none"}.`;
    throw new OllamaError("MODEL_NOT_FOUND", what, { advice, details: { model: name, queue: true } });
  }

  #queue(model: string): Queue {
    let queue = this.#queues.get(model);
    if (queue === undefined) {
      queue = this.#backend.queue(queueOfModel(model));
      this.#queues.set(model, queue);
    }
    return queue;
  }
}

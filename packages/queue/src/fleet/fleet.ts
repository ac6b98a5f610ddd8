import { OllamaError } from "@codo/ollama-contract";
import * as v from "valibot";
import type { Backend } from "../connection/backend.js";
import { BATCHES_QUEUE, MODELS_QUEUE, queueOfModel, shortModelName, WORKERS_QUEUE } from "../connection/queue-names.js";
import { RecordStore } from "../connection/record-store.js";
import { type BatchRecord, readBatchRecord } from "./batch-record.js";
import { isAlive, readWorkerRecord, type WorkerRecord } from "./worker-record.js";

const modelSchema = v.looseObject({ model: v.string() });

/** What is known of a fleet beside its jobs: workers, models that have a queue, batches. */
export class Fleet {
  readonly workers: RecordStore<WorkerRecord>;
  readonly batches: RecordStore<BatchRecord>;
  readonly #models: RecordStore<{ model: string }>;
  readonly #known: Set<string> = new Set();

  constructor(backend: Backend) {
    this.workers = new RecordStore(backend.queue(WORKERS_QUEUE), readWorkerRecord);
    this.batches = new RecordStore(backend.queue(BATCHES_QUEUE), readBatchRecord);
    this.#models = new RecordStore(backend.queue(MODELS_QUEUE), (data) => {
      const parsed = v.safeParse(modelSchema, data);
      return parsed.success ? parsed.output : undefined;
    });
  }

  /** The workers that live; the records of those that do not are taken away. */
  async liveWorkers(): Promise<WorkerRecord[]> {
    const nowMs = Date.now();
    const all = await this.workers.list();
    const dead = all.filter((worker) => !isAlive(worker, nowMs));
    await Promise.all(dead.map(({ id }) => this.workers.remove(id)));
    return all.filter((worker) => isAlive(worker, nowMs));
  }

  /** The record of a batch. @throws OllamaError `INVALID_REQUEST` where the queue has none */
  async batch(id: string): Promise<BatchRecord> {
    const record = await this.batches.get(id);
    if (record !== undefined) return record;
    throw new OllamaError("INVALID_REQUEST", `The queue has no batch "${id}".`, {
      advice: "`codo queue status` lists its batches; to submit the file again is safe.",
      details: { id, queue: true },
    });
  }

  /** The models that have a queue. */
  async models(): Promise<string[]> {
    return (await this.#models.list()).map(({ model }) => model).sort();
  }

  /** Notes that a model has a queue. */
  async addModel(model: string): Promise<void> {
    const name = shortModelName(model);
    if (this.#known.has(name)) return;
    await this.#models.put(queueOfModel(name), { model: name });
    this.#known.add(name);
  }
}

import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import {
  createIdFactory,
  type ExecutionRequest,
  OllamaError,
  type PartialExecutionOptions,
  resolveExecutionOptions,
  sameModelName,
} from "@codo/ollama-contract";
import { throwIfAborted } from "@codo/ollama-contract/executor-kit";
import type { BatchInput } from "@codo/ollama-runner";
import { BatchKeys, idOf, Journal, optionsFingerprint, toBatchRequest } from "@codo/ollama-runner/batch-kit";
import type { Queue } from "bullmq";
import { Backend } from "../connection/backend.js";
import { queueOfModel, shortModelName } from "../connection/queue-names.js";
import { jobOptions } from "../executor/job-options.js";
import { Fleet } from "../fleet/fleet.js";
import type { RunJob } from "../jobs/job-data.js";
import { batchIdOf, itemJobId } from "../jobs/job-id.js";
import { RESULT_VERSION } from "../jobs/job-outcome.js";
import { toPortableRequest } from "../jobs/portable-request.js";
import { BatchProgress, type QueuedItem } from "./batch-progress.js";
import type { SubmitOptions, SubmittedBatch } from "./submit-options.js";

const BULK = 250;
const DEFAULT_HIGH_WATER = 10_000;
const FULL_PAUSE_MS = 200;

const nextId = createIdFactory();

/**
 * Gives a batch to the workers of a queue and ends when the queue has all of it. What is there already, or in the
 * journal, is not submitted again.
 * @throws OllamaError `SERVER_UNAVAILABLE` where the queue does not answer, `ABORTED`, `STORAGE_FAILED` for the journal,
 *   `INVALID_REQUEST` where the journal or the batch is of other options or of a model that was made again since
 */
export async function submitBatch(options: SubmitOptions): Promise<SubmittedBatch> {
  const { model, modelDigest, journal: path, retryErrors = false, onJournalMismatch: onMismatch = "refuse" } = options;
  const resolved = resolveExecutionOptions(options.options ?? {});
  const fingerprint = optionsFingerprint(resolved);
  const backend = await Backend.open(options);
  let journal: Journal | undefined;
  try {
    if (path !== undefined && existsSync(path)) {
      journal = await Journal.open(path, { model, modelDigest, options: fingerprint, retryErrors, onMismatch });
    }
    const id = options.id ?? defaultId(options, fingerprint);
    return await new Submission({ backend, options, id, resolved, fingerprint, journal }).run();
  } finally {
    await journal?.close();
    await backend.close();
  }
}

interface SubmissionInit {
  backend: Backend;
  options: SubmitOptions;
  id: string;
  resolved: PartialExecutionOptions;
  fingerprint: Record<string, unknown>;
  journal: Journal | undefined;
}

/** One batch on its way into a queue. */
class Submission {
  readonly #init: SubmissionInit;
  readonly #queue: Queue;
  readonly #progress: BatchProgress;
  readonly #keys: BatchKeys = new BatchKeys();
  readonly #batch: SubmittedBatch;
  readonly #highWater: number;
  readonly #bulk: number;
  #jobs: QueuedItem[] = [];

  constructor(init: SubmissionInit) {
    const { id, options, backend, fingerprint } = init;
    this.#init = init;
    this.#queue = backend.queue(queueOfModel(options.model));
    this.#progress = new BatchProgress(new Fleet(backend), { id, options, fingerprint });
    this.#batch = { id, submitted: 0, restored: 0, refused: [] };
    this.#highWater = options.highWater ?? DEFAULT_HIGH_WATER;
    if (!Number.isInteger(this.#highWater) || this.#highWater < 1) {
      throw new OllamaError("INVALID_REQUEST", "The high-water mark is a whole number from 1.");
    }
    this.#bulk = Math.min(BULK, Math.ceil(this.#highWater / 2));
  }

  async run(): Promise<SubmittedBatch> {
    const { inputs, signal } = this.#init.options;
    await this.#progress.open();
    let index = 0;
    for await (const input of inputs) {
      throwIfAborted(signal);
      await this.#take(input, index++);
      if (this.#jobs.length >= this.#bulk) await this.#send();
    }
    await this.#send();
    await this.#progress.close(this.#batch.submitted);
    return this.#batch;
  }

  async #take(input: BatchInput, index: number): Promise<void> {
    const { options, resolved, journal } = this.#init;
    const id = idOf(input);
    try {
      const request = toBatchRequest(input, { model: options.model, options: resolved, call: options.call ?? {} });
      assertOneModel(request.model, options.model);
      const key = this.#keys.next(request, id);
      const jobId = itemJobId(this.#batch.id, key, request);
      const isNew = this.#progress.isNew(index, jobId);
      if ((await journal?.find(key)) !== undefined) this.#batch.restored++;
      else if (isNew) {
        this.#jobs.push({ index, jobId, data: await this.#dataOf({ request, key, id, index }) });
      } else this.#batch.submitted++;
    } catch (error) {
      if (!OllamaError.is(error) || error.code !== "INVALID_REQUEST" || error.details.batch !== undefined) throw error;
      this.#batch.refused.push({ index, reason: error.message });
    }
  }

  async #dataOf({ request, key, id, index }: Item): Promise<RunJob> {
    const portable = await toPortableRequest(request);
    const item = { key, index, ...(id !== undefined && { id }), resultVersion: RESULT_VERSION };
    return { schemaVersion: 1, kind: "run", request: portable, batch: this.#batch.id, ...item };
  }

  async #send(): Promise<void> {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    await this.#waitForRoom(jobs.length);
    const { attempts, onProgress } = this.#init.options;
    const retries = jobOptions(attempts);
    const lost = await this.#progress.lost();
    await this.#queue.addBulk(
      [...lost, ...jobs].map(({ jobId, data }) => ({
        name: "run",
        data,
        opts: { ...retries, jobId },
      })),
    );
    this.#batch.submitted += jobs.length;
    await this.#progress.sent(jobs, this.#batch.submitted);
    onProgress?.(this.#batch.submitted);
  }

  /** Holds the input back while the queue is full, so that its memory is bounded whatever the input's length. */
  async #waitForRoom(size: number): Promise<void> {
    const { signal, onFull } = this.#init.options;
    for (let isReported = false; ; ) {
      const counts = await this.#queue.getJobCounts("wait", "active", "delayed", "prioritized", "completed");
      const jobs = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (jobs + size <= this.#highWater) return;
      if (!isReported) onFull?.(jobs);
      isReported = true;
      await delay(FULL_PAUSE_MS, undefined, signal && { signal }).catch(() => {});
      throwIfAborted(signal);
    }
  }
}

/** The items of a batch that outlives its submitter are in one queue, which is its model's. */
function assertOneModel(own: string, model: string): void {
  if (sameModelName(own, model)) return;
  const message = `The item has the model "${own}", and the batch has "${model}". Submit it in a batch of its own model.`;
  throw new OllamaError("INVALID_REQUEST", message);
}

interface Item {
  request: ExecutionRequest;
  key: string;
  id: string | undefined;
  index: number;
}

/** The same items with the same model and options are the same batch. */
function defaultId({ model, inputs }: SubmitOptions, fingerprint: Record<string, unknown>): string {
  return Array.isArray(inputs)
    ? batchIdOf(shortModelName(model), JSON.stringify(fingerprint), JSON.stringify(inputs))
    : nextId();
}

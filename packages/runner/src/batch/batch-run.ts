import {
  type ExecutionRequest,
  type ModelExecutionResult,
  type ModelExecutor,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { abortErrorOf } from "@codo/ollama-contract/executor-kit";
import { addWarning } from "../execution/add-warning.js";
import { writtenRequest } from "../journal/item-key.js";
import type { Journal } from "../journal/journal.js";
import { failedResult } from "../results/failed-result.js";
import { BatchKeys } from "./batch-keys.js";
import { type BatchDefaults, idOf, toBatchRequest } from "./batch-request.js";
import type { BatchInput, BatchItemInfo, BatchOptions, BatchSummary } from "./batch-types.js";
import type { ConcurrencyLimit } from "./concurrency-limit.js";
import { type Attempt, Dispatcher, type Outcome } from "./dispatcher.js";
import { unknownFieldWarnings } from "./item-fields.js";
import { renamedOptions } from "./renamed-options.js";

/** A batch to run: who runs it, with which model and options. */
export interface BatchJob {
  executor: ModelExecutor;
  model: string;
  options: PartialExecutionOptions;
  batch: BatchOptions;
  /** Sees each result of a run before it is written down. Sends nothing. */
  inspect: (request: ExecutionRequest, result: ModelExecutionResult) => void;
  /** Takes each result by its place, where the caller wants them all. */
  collect?: (result: ModelExecutionResult, index: number) => void;
}

/** One item that has to run. */
export interface BatchTask {
  index: number;
  id: string | undefined;
  key: string | undefined;
  request: ExecutionRequest;
  /** What a person should know about its options' names, which are brought to one spelling before they are sent. */
  warnings: string[];
}

/** One run over tasks. */
export class BatchRun {
  readonly #job: BatchJob;
  readonly #defaults: BatchDefaults;
  readonly #limit: ConcurrencyLimit;
  readonly #renamed: string[];
  readonly #journal: Journal | undefined;
  readonly #keys: BatchKeys = new BatchKeys();
  readonly #counts = { succeeded: 0, failed: 0, restored: 0, tokensUsed: 0 };

  constructor(job: BatchJob, defaults: BatchDefaults, limit: ConcurrencyLimit, journal: Journal | undefined) {
    this.#job = job;
    this.#defaults = defaults;
    this.#limit = limit;
    this.#renamed = renamedOptions(job.options);
    this.#journal = journal;
  }

  /** Runs tasks to their end. */
  async run(tasks: AsyncIterator<BatchTask>): Promise<BatchSummary> {
    const startedAtMs = performance.now();
    const { signal } = this.#job.batch;
    const dispatcher = new Dispatcher<BatchTask>({
      tasks,
      limit: this.#limit,
      attempt: (task, stop) => this.#attempt(task, stop),
      giveUp: (task) => this.#giveUp(task),
      patienceMs: this.#job.batch.timeouts?.totalMs || undefined,
      onWait: this.#job.batch.onWait,
      signal,
    });
    try {
      await dispatcher.run();
    } catch (reason) {
      if (!signal?.aborted) throw reason;
      const { succeeded, failed } = this.#counts;
      throw abortErrorOf(signal, `The batch with model "${this.#job.model}"`, { succeeded, failed });
    }
    const { succeeded, failed } = this.#counts;
    return {
      total: succeeded + failed,
      ...this.#counts,
      executionTime: (performance.now() - startedAtMs) / 1000,
      concurrency: { peak: dispatcher.peak, final: this.#limit.current },
      ...(this.#journal && { journal: this.#journal.path }),
    };
  }

  /** What has to run. Items that are in the journal, and those that nobody could run, are delivered on the way. */
  async *tasksOf(inputs: Iterable<BatchInput> | AsyncIterable<BatchInput>): AsyncGenerator<BatchTask, void, undefined> {
    let index = 0;
    for await (const input of inputs) {
      const task = await this.#prepare(input, index++);
      if (task !== undefined) yield task;
    }
  }

  async #prepare(input: BatchInput, index: number): Promise<BatchTask | undefined> {
    const id = idOf(input);
    try {
      const request = toBatchRequest(input, this.#defaults);
      const key = this.#journal && this.#keys.next(request, id);
      const finished = key === undefined ? undefined : await this.#journal?.find(key);
      if (finished === undefined) return { index, id, key, request, warnings: this.#warningsOf(input) };
      await this.#deliver(finished.result, { index, id, restored: true });
    } catch (error) {
      if (!OllamaError.is(error) || error.code !== "INVALID_REQUEST") throw error;
      const { model, options } = this.#defaults;
      await this.#deliver(failedResult({ model, options, prompt: promptText(input) }, error), { index, id });
    }
    return undefined;
  }

  #warningsOf(input: BatchInput): string[] {
    if (typeof input === "string") return this.#renamed;
    return [...new Set([...this.#renamed, ...renamedOptions(input.options ?? {}), ...unknownFieldWarnings(input)])];
  }

  #attempt(task: BatchTask, signal: AbortSignal): Attempt {
    const handle = this.#execute(task, signal);
    return { answered: handle.answered, outcome: this.#outcomeOf(task, handle.result, signal) };
  }

  #execute(
    { request, key }: BatchTask,
    signal: AbortSignal,
  ): { result: Promise<ModelExecutionResult>; answered?: Promise<void> } {
    try {
      return this.#job.executor.execute({ ...keyed(request, key), signal });
    } catch (error) {
      return { result: Promise.reject(error) };
    }
  }

  async #outcomeOf(task: BatchTask, running: Promise<ModelExecutionResult>, signal: AbortSignal): Promise<Outcome> {
    const result = await running.catch((error: unknown) => {
      if (signal.aborted) throw error;
      return failedResult(task.request, error);
    });
    const retryAfterMs = retryAfterOf(result);
    const outcome: Outcome = {
      isBusy: result.metadata.error?.code === "SERVER_BUSY",
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      settle: () => this.#settle(task, result),
    };
    return result.success ? { ...outcome, work: workOf(result) } : outcome;
  }

  /** Not written down: it was not tried, and a next run of the journal tries it. */
  async #giveUp({ index, id, request }: BatchTask): Promise<void> {
    const { model } = this.#job;
    const message = `The server was too busy for model "${model}" for too long, so this item was not sent.`;
    const error = new OllamaError("SERVER_BUSY", message, { advice: "Run the batch again later.", details: { model } });
    await this.#deliver(failedResult(request, error), { index, id });
  }

  async #settle({ index, id, key, request, warnings }: BatchTask, result: ModelExecutionResult): Promise<void> {
    for (const warning of warnings) addWarning(result, warning);
    this.#job.inspect(request, result);
    // Before it is written down: a reader of the journal joins results to the items by it.
    result.metadata.batch = batchPlace(index, id);
    if (key !== undefined) {
      const line = { key, index, result };
      await this.#journal?.append(result.success ? line : { ...line, request: writtenRequest(request) });
      this.#job.executor.forget?.(keyed(request, key));
    }
    this.#counts.tokensUsed += result.tokensUsed ?? 0;
    await this.#deliver(result, { index, id });
  }

  async #deliver(
    result: ModelExecutionResult,
    { index, id, restored = false }: { index: number; id: string | undefined; restored?: boolean },
  ): Promise<void> {
    if (result.success) this.#counts.succeeded++;
    else this.#counts.failed++;
    if (restored) this.#counts.restored++;
    result.metadata.batch = batchPlace(index, id);
    this.#job.collect?.(result, index);
    const { onResult } = this.#job.batch;
    if (onResult === undefined) return;
    const finished = this.#counts.succeeded + this.#counts.failed;
    const info: BatchItemInfo = { index, ...(id !== undefined && { id }), restored, finished };
    await onResult(result, info);
  }
}

function batchPlace(index: number, id: string | undefined): { index: number; id?: string } {
  return { index, ...(id !== undefined && { id }) };
}

/** The request as an executor sees it that may keep its result under the journal's key. */
function keyed(request: ExecutionRequest, itemKey: string | undefined): ExecutionRequest {
  return itemKey === undefined ? request : { ...request, itemKey };
}

/** How long a refusal asked to wait. */
function retryAfterOf({ metadata: { error } }: ModelExecutionResult): number | undefined {
  const { retryAfterMs } = (error?.details ?? {}) as { retryAfterMs?: unknown };
  return typeof retryAfterMs === "number" ? retryAfterMs : undefined;
}

/** What a request did, for comparing throughput: decoded tokens, and prompt tokens, which are cheaper. */
function workOf({ metadata: { usage } }: ModelExecutionResult): number {
  return Math.max(1, (usage.completionTokens ?? 0) + (usage.promptTokens ?? 0) / 10);
}

function promptText(input: unknown): string {
  const prompt = typeof input === "object" && input !== null ? (input as { prompt?: unknown }).prompt : input;
  return typeof prompt === "string" ? prompt : "";
}

import { setMaxListeners } from "node:events";
import { BATCH_CHANNELS, type ModelExecutor, resolveExecutionOptions, SCOPE_CHANNELS } from "@codo/ollama-contract";
import { openChannels, Trace } from "@codo/ollama-node-kit";
import type { RunCall } from "../execution/run-call.js";
import { optionsFingerprint, requestOfLine } from "../journal/item-key.js";
import { Journal } from "../journal/journal.js";
import { AutoLimit } from "./auto-limit.js";
import type { BatchDefaults } from "./batch-request.js";
import { type BatchJob, BatchRun, type BatchTask } from "./batch-run.js";
import type { BatchInput, BatchSummary, RetrySummary } from "./batch-types.js";
import { type ConcurrencyLimit, fixedLimit } from "./concurrency-limit.js";

const channels = openChannels(BATCH_CHANNELS, SCOPE_CHANNELS.batch);

/** Runs a batch to its end. */
export async function runBatchJob(
  job: BatchJob,
  inputs: Iterable<BatchInput> | AsyncIterable<BatchInput>,
): Promise<BatchSummary> {
  const {
    journal: path,
    retryErrors = false,
    onJournalMismatch: onMismatch = "refuse",
    total,
    modelDigest,
    modelDigests,
  } = job.batch;
  const limit = limitOf(job);
  const defaults = defaultsOf(job);
  const options = optionsFingerprint(defaults.options);
  const digests = { modelDigest, modelDigests };
  const journal =
    path && (await Journal.open(path, { model: job.model, ...digests, options, retryErrors, onMismatch, total }));
  const run = new BatchRun(job, defaults, limit, journal || undefined);
  try {
    return await traced(job, () => run.run(run.tasksOf(inputs)));
  } finally {
    if (journal) await journal.close();
  }
}

/**
 * Runs the failures of a journal again, from the journal alone, and writes down in it what became of them.
 * @throws OllamaError `STORAGE_FAILED` when a batch writes it, `INVALID_REQUEST` when it is no journal
 */
export async function retryBatchJob(path: string, job: Omit<BatchJob, "model" | "options">): Promise<RetrySummary> {
  const journal = await Journal.reopen(path);
  const { model, options } = journal.owner;
  const whole: BatchJob = { ...job, model, options };
  let notRetried = 0;
  async function* tasks(): AsyncGenerator<BatchTask, void, undefined> {
    for await (const line of journal.failures()) {
      const request = requestOfLine(line);
      const id = (line.result.metadata.batch as { id?: string } | undefined)?.id;
      if (request === undefined) notRetried++;
      else {
        const call = defaultsOf(whole).call;
        yield { index: line.index, id, key: line.key, request: { ...call, ...request }, warnings: [] };
      }
    }
  }
  try {
    const run = new BatchRun(whole, defaultsOf(whole), limitOf(whole), journal);
    return { ...(await traced(whole, () => run.run(tasks()))), notRetried };
  } finally {
    await journal.close();
  }
}

async function traced(job: BatchJob, work: () => Promise<BatchSummary>): Promise<BatchSummary> {
  const trace = new Trace(channels, { model: job.model });
  try {
    const summary = await trace.within(work);
    const { total, succeeded, failed, restored, tokensUsed } = summary;
    trace.end({ total, succeeded, failed, restored, tokensUsed });
    return summary;
  } catch (error) {
    trace.fail(error);
    throw error;
  }
}

function limitOf({ executor, batch: { concurrency = "auto" } }: BatchJob): ConcurrencyLimit {
  return concurrency === "auto" ? autoLimitOf(executor) : fixedLimit(concurrency);
}

/** An executor over many servers says itself how many requests it takes; at one server that is found out. */
function autoLimitOf({ capacity }: ModelExecutor): ConcurrencyLimit {
  return capacity === undefined ? new AutoLimit() : fixedLimit(capacity);
}

/** Separates what every request of the batch has from what says how the batch runs. */
function defaultsOf({ model, options, batch }: BatchJob): BatchDefaults {
  const {
    concurrency,
    onResult,
    journal,
    retryErrors,
    onJournalMismatch,
    onWait,
    total,
    modelDigest,
    modelDigests,
    signal,
    ...call
  } = batch;
  // One signal ends every request of a batch; many listeners on it are no leak.
  if (signal !== undefined) setMaxListeners(0, signal);
  return { model, options: resolveExecutionOptions(options), call: call satisfies RunCall };
}

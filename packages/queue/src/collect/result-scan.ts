import type { JobType, Queue } from "bullmq";
import { resultOf, resultOfFailure } from "../executor/job-results.js";
import type { BatchRecord } from "../fleet/batch-record.js";
import { type JobData, readJob } from "../jobs/job-data.js";
import { batchPrefix } from "../jobs/job-id.js";
import type { CollectedResult } from "./collect-options.js";

const PAGE = 500;
const OPEN: JobType[] = ["wait", "active", "delayed", "prioritized"];

/** Some results, with the jobs that they came from. */
export interface ResultPage {
  results: CollectedResult[];
  jobIds: string[];
}

/** Finds the results of one batch in its model's queue, which other batches may share. */
export class ResultScan {
  readonly #queue: Queue;
  readonly #prefix: string;
  /** Jobs whose results were given and stay in the queue. */
  readonly #seen: Set<string> = new Set();

  constructor(queue: Queue, batch: string) {
    this.#queue = queue;
    this.#prefix = batchPrefix(batch);
  }

  /** Whether jobs of the batch are waiting or running. */
  async hasOpenJobs(): Promise<boolean> {
    for (let start = 0; ; start += 10 * PAGE) {
      const ids = await this.#queue.getRanges(OPEN, start, start + 10 * PAGE - 1, true);
      if (ids.some((id) => id.startsWith(this.#prefix))) return true;
      if (ids.length === 0) return false;
    }
  }

  /**
   * Gives the results that are there, page by page. A result that its batch's record does not count yet is not given: a
   * submitter that dies before it writes the record submits that item again, and finds the job only if it is still there.
   * @param record the batch's record, read before
   * @param keep whether results stay in the queue; those that do not are removed before the next page
   */
  async *pages(record: BatchRecord, keep: boolean): AsyncGenerator<ResultPage> {
    const isCounted = ({ index }: CollectedResult): boolean => record.isComplete || index < record.cursor;
    yield* this.#pagesOf("completed", isCounted, keep);
    // What was given up stays in the list of that until it is tried again or removed.
    yield* this.#pagesOf("failed", isCounted, true);
  }

  async *#pagesOf(
    state: "completed" | "failed",
    isCounted: (result: CollectedResult) => boolean,
    keep: boolean,
  ): AsyncGenerator<ResultPage> {
    for (let start = 0; ; ) {
      const all = await this.#queue.getRanges([state], start, start + PAGE - 1, true);
      if (all.length === 0) return;
      start += all.length;
      const wanted = all.filter((id) => id.startsWith(this.#prefix) && !this.#seen.has(id));
      const read = await Promise.all(wanted.map(async (jobId) => ({ jobId, result: await this.#read(jobId) })));
      const found = read.flatMap(({ jobId, result }) => (result && isCounted(result) ? [{ jobId, result }] : []));
      if (found.length === 0) continue;
      const jobIds = found.map(({ jobId }) => jobId);
      yield { jobIds, results: found.map(({ result }) => result) };
      if (keep) for (const id of jobIds) this.#seen.add(id);
      else start -= await this.#remove(jobIds);
    }
  }

  async #remove(jobIds: string[]): Promise<number> {
    const removed = await Promise.all(jobIds.map((id) => this.#queue.remove(id)));
    return removed.reduce((sum, count) => sum + count, 0);
  }

  async #read(jobId: string): Promise<CollectedResult | undefined> {
    const job = await this.#queue.getJob(jobId);
    // Somebody else took it meanwhile.
    if (job === undefined) return undefined;
    const read = readJob(job.data);
    const data = read.value;
    if (data === undefined || data.kind !== "run" || data.key === undefined) return undefined;
    const result = (await job.isFailed()) ? failureOf(data, job.failedReason) : resultOf(job.returnvalue, data.request);
    const { key, index = 0, id } = data;
    result.metadata.batch = { index, ...(id !== undefined && { id }) };
    return { key, index, ...(id !== undefined && { id }), result };
  }
}

function failureOf(data: JobData, reason: string | undefined) {
  return resultOfFailure(data, reason ?? "");
}

import type { JobType, Queue } from "bullmq";
import { resultOf, resultOfFailure } from "../executor/job-results.js";
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
   * Gives the results that are there, page by page.
   * @param keep whether results stay in the queue; those that do not are removed before the next page
   */
  async *pages(keep: boolean): AsyncGenerator<ResultPage> {
    yield* this.#pagesOf("completed", keep);
    // What was given up stays in the list of that until it is tried again or removed.
    yield* this.#pagesOf("failed", true);
  }

  async *#pagesOf(state: "completed" | "failed", keep: boolean): AsyncGenerator<ResultPage> {
    for (let start = 0; ; ) {
      const all = await this.#queue.getRanges([state], start, start + PAGE - 1, true);
      if (all.length === 0) return;
      const jobIds = all.filter((id) => id.startsWith(this.#prefix) && !this.#seen.has(id));
      start += all.length;
      if (jobIds.length === 0) continue;
      yield { jobIds, results: (await Promise.all(jobIds.map((id) => this.#read(id)))).flat() };
      if (keep) for (const id of jobIds) this.#seen.add(id);
      else start -= await this.#remove(jobIds);
    }
  }

  async #remove(jobIds: string[]): Promise<number> {
    const removed = await Promise.all(jobIds.map((id) => this.#queue.remove(id)));
    return removed.reduce((sum, count) => sum + count, 0);
  }

  async #read(jobId: string): Promise<CollectedResult[]> {
    const job = await this.#queue.getJob(jobId);
    // Somebody else took it meanwhile.
    if (job === undefined) return [];
    const read = readJob(job.data);
    const data = read.value;
    if (data === undefined || data.kind !== "run" || data.key === undefined) return [];
    const result = (await job.isFailed()) ? failureOf(data, job.failedReason) : resultOf(job.returnvalue);
    const { key, index = 0, id } = data;
    result.metadata.batch = { index, ...(id !== undefined && { id }) };
    return [{ key, index, ...(id !== undefined && { id }), result }];
  }
}

function failureOf(data: JobData, reason: string | undefined) {
  return resultOfFailure(data, reason ?? "");
}

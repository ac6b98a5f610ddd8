import type { JobType, Queue } from "bullmq";
import { readJob } from "../jobs/job-data.js";
import { batchPrefix } from "../jobs/job-id.js";
import type { FailedItem, ItemFilter } from "./fleet-status.js";

const PAGE = 500;

/** Where jobs are that no worker has. */
export const WAITING: readonly JobType[] = ["wait", "prioritized", "delayed"];

/** The ids of jobs in some states that begin so. */
export async function jobIdsOf(queue: Queue, states: readonly JobType[], prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const state of states) {
    for (let start = 0; ; start += 10 * PAGE) {
      const ids = await queue.getRanges([state], start, start + 10 * PAGE - 1, true);
      if (ids.length === 0) break;
      for (const id of ids) if (id.startsWith(prefix)) found.push(id);
    }
  }
  return found;
}

/** The prompts of a queue that were given up. */
export async function* failedItems(queue: Queue, model: string, filter: ItemFilter): AsyncGenerator<FailedItem> {
  const prefix = filter.batch === undefined ? "" : batchPrefix(filter.batch);
  const wanted = filter.jobIds && new Set(filter.jobIds);
  // All ids first: what is retried meanwhile leaves the list.
  const ids = await jobIdsOf(queue, ["failed"], prefix);
  for (const jobId of ids.reverse()) {
    if (wanted !== undefined && !wanted.has(jobId)) continue;
    const job = await queue.getJob(jobId);
    if (job !== undefined) yield toFailedItem(job, model);
  }
}

function toFailedItem(job: NonNullable<Awaited<ReturnType<Queue["getJob"]>>>, model: string): FailedItem {
  const data = readJob(job.data).value;
  const run = data?.kind === "run" ? data : undefined;
  const metadata = run?.failure?.metadata;
  const host = metadata?.host;
  return {
    jobId: job.id ?? "",
    model,
    ...(run?.batch !== undefined && { batch: run.batch }),
    ...(run?.key !== undefined && { key: run.key }),
    code: metadata?.error?.code ?? "SERVER_ERROR",
    reason: job.failedReason ?? "",
    ...(typeof host === "string" && { host }),
    failedAtMs: job.finishedOn ?? 0,
  };
}

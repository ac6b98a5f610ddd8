import type { JobsOptions } from "bullmq";
import { UNWANTED_RETENTION } from "../jobs/retention.js";

const DEFAULT_ATTEMPTS = 5;

/** Options of the jobs of a batch or an executor: made once, since every job in flight holds them. */
export interface OwnJobOptions {
  /** Of a job whose result is kept until it is written down. */
  kept: JobsOptions;
  /** Of a job whose caller waits for it. */
  awaited: JobsOptions;
}

/** Makes the options of jobs that are tried so often. */
export function jobOptions(attempts: number = DEFAULT_ATTEMPTS): OwnJobOptions {
  const kept = { attempts, backoff: { type: "exponential", delay: 500, jitter: 0.5 }, stackTraceLimit: 0 };
  return { kept, awaited: { ...kept, ...UNWANTED_RETENTION } };
}

import type { JobsOptions } from "bullmq";

const DAY_SECONDS = 86_400;

/** How long results wait to be collected, and how long what was given up is listed, in seconds. */
const RESULT_AGE_SECONDS: number = 7 * DAY_SECONDS;
/** What only its caller wants is not kept for anyone else. */
const UNWANTED_AGE_SECONDS = 60;
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
  const retries = { attempts, backoff: { type: "exponential", delay: 500, jitter: 0.5 }, stackTraceLimit: 0 };
  return {
    kept: { ...retries, ...ages(RESULT_AGE_SECONDS) },
    awaited: { ...retries, ...ages(UNWANTED_AGE_SECONDS) },
  };
}

function ages(age: number): JobsOptions {
  return { removeOnComplete: { age }, removeOnFail: { age } };
}

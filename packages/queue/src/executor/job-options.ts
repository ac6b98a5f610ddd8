import type { JobsOptions } from "bullmq";

const DAY_SECONDS = 86_400;

/** How long results wait to be collected, and how long what was given up is listed, in seconds. */
const RESULT_AGE_SECONDS: number = 7 * DAY_SECONDS;
/** What only its caller wants is not kept for anyone else. */
const UNWANTED_AGE_SECONDS = 60;
const DEFAULT_ATTEMPTS = 5;

/** Options of a job whose result is kept until it is written down. */
export function keptJobOptions(attempts: number = DEFAULT_ATTEMPTS): JobsOptions {
  return { ...retryOptions(attempts), ...ages(RESULT_AGE_SECONDS) };
}

/** Options of a job whose caller waits for it. */
export function awaitedJobOptions(attempts: number = DEFAULT_ATTEMPTS): JobsOptions {
  return { ...retryOptions(attempts), ...ages(UNWANTED_AGE_SECONDS) };
}

function ages(age: number): JobsOptions {
  return { removeOnComplete: { age }, removeOnFail: { age } };
}

function retryOptions(attempts: number): JobsOptions {
  return { attempts, backoff: { type: "exponential", delay: 500, jitter: 0.5 }, stackTraceLimit: 0 };
}

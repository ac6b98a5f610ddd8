import type { JobsOptions } from "bullmq";

const DEFAULT_ATTEMPTS = 5;

/** The options of jobs that are tried so often: made once, since every job in flight holds them. */
export function jobOptions(attempts: number = DEFAULT_ATTEMPTS): JobsOptions {
  return { attempts, backoff: { type: "exponential", delay: 500, jitter: 0.5 }, stackTraceLimit: 0 };
}

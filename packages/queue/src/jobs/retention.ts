import type { KeepJobs } from "bullmq";

interface Retention {
  removeOnComplete: KeepJobs;
  removeOnFail: KeepJobs;
}

const DAY_SECONDS = 86_400;

/**
 * How long results wait to be collected, and how long what was given up is listed. The worker says it and not each job:
 * a job is read whenever it is moved, and a million of them wait in memory.
 */
export const RESULT_RETENTION: Retention = keptFor(7 * DAY_SECONDS);
/** What only its caller wants is not kept for anyone else. */
export const UNWANTED_RETENTION: Retention = keptFor(60);

/** @param age in seconds */
function keptFor(age: number): Retention {
  return { removeOnComplete: { age }, removeOnFail: { age } };
}

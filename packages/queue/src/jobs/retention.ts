import type { KeepJobs } from "bullmq";

const DAY_SECONDS = 86_400;
const KEPT: KeepJobs = { age: 7 * DAY_SECONDS };

/**
 * How long results wait to be collected, and how long what was given up is listed: one age for a whole queue. An age of
 * a job's own would not be that job's: BullMQ takes away all that is older when that job ends.
 */
export const RETENTION: { removeOnComplete: KeepJobs; removeOnFail: KeepJobs } = {
  removeOnComplete: KEPT,
  removeOnFail: KEPT,
};

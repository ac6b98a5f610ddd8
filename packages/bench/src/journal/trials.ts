import type { RequestRecord } from "../measure/request-record.js";

/** Which trial something is of. */
export interface TrialPlace {
  model: string;
  scenarioId: string;
  trial: number;
}

/** One key for all that is of one trial. */
export function trialKey({ model, scenarioId, trial }: TrialPlace): string {
  return JSON.stringify([model, scenarioId, trial]);
}

/** A trial that was cut short and run again has its first requests twice: the later ones count. */
function lastAttempts(records: readonly RequestRecord[]): RequestRecord[] {
  const byPlace = new Map<string, RequestRecord>();
  for (const record of records) byPlace.set(`${trialKey(record)} ${record.phase} ${record.index}`, record);
  return [...byPlace.values()];
}

/** The records of trials that came to their end, which are those that the figures are made of. */
export function recordsOfTrials(records: readonly RequestRecord[], trials: readonly TrialPlace[]): RequestRecord[] {
  const complete = new Set(trials.map(trialKey));
  return lastAttempts(records.filter((record) => complete.has(trialKey(record))));
}

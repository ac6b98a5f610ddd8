import type { Clock } from "../clock/clock.js";
import { type BenchLoad, closedLevel } from "./bench-load.js";

/** Sends request number `index`, which should have been sent at `scheduledMs`. */
export type SendRequest = (index: number, scheduledMs: number) => Promise<void>;

/** What {@link runLoad} needs. */
export interface LoadRun {
  load: BenchLoad;
  /** How many requests to send. */
  requests: number;
  send: SendRequest;
  clock: Clock;
  /** Numbers in [0, 1), for the gaps of a Poisson load. */
  random: () => number;
  signal?: AbortSignal | undefined;
}

/**
 * Sends requests as a load says and resolves when all are done. Under an open load the schedule is fixed beforehand
 * and never waits for answers, so that a slow server can't slow the clock that measures it (no coordinated omission).
 */
export async function runLoad(run: LoadRun): Promise<void> {
  const level = closedLevel(run.load);
  if (level === undefined) await runOpen(run);
  else await runClosed(run, level);
}

async function runClosed({ requests, send, clock, signal }: LoadRun, level: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < requests) {
      signal?.throwIfAborted();
      const index = next++;
      await send(index, clock.nowMs());
    }
  };
  await settle(Array.from({ length: Math.min(level, requests) }, worker));
}

async function runOpen({ load, requests, send, clock, random, signal }: LoadRun): Promise<void> {
  const startMs = clock.nowMs();
  const underWay: Promise<void>[] = [];
  try {
    for (const [index, offsetMs] of schedule(load, requests, random).entries()) {
      await clock.until(startMs + offsetMs, signal);
      const sent = send(index, startMs + offsetMs);
      // Its failure is collected below; until then it must not count as unhandled.
      sent.catch(() => {});
      underWay.push(sent);
    }
  } finally {
    await settle(underWay);
  }
}

/** When each request of an open load is due, in milliseconds from its start. */
export function schedule(load: BenchLoad, requests: number, random: () => number): number[] {
  if (load.type !== "constant" && load.type !== "poisson") return new Array<number>(requests).fill(0);
  const gapMs = 1000 / load.rps;
  let dueMs = 0;
  return Array.from({ length: requests }, (_, index) => {
    if (index > 0) dueMs += load.type === "constant" ? gapMs : -Math.log(1 - random()) * gapMs;
    return dueMs;
  });
}

/** Waits for all, then throws the first failure: nothing is left running behind. */
async function settle(promises: Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(promises)) if (outcome.status === "rejected") throw outcome.reason;
}

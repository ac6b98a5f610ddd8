import { setTimeout as delay } from "node:timers/promises";

/** Waits for something, but no longer than some milliseconds: then there is nothing. */
export async function withinMs<T>(awaited: Promise<T>, ms: number): Promise<T | undefined> {
  const stop = new AbortController();
  try {
    return await Promise.race([awaited, delay(ms, undefined, { signal: stop.signal })]);
  } finally {
    stop.abort();
  }
}

/** A monotonic clock and a wait, so that tests can bring their own. */
export interface Clock {
  /** Milliseconds since an arbitrary moment. */
  nowMs(): number;
  /** Resolves at a moment of {@link Clock.nowMs}, at once when it has passed; rejects when the signal fires. */
  until(atMs: number, signal?: AbortSignal): Promise<void>;
}

/** Waits this much less by timer and the rest by yielding: timers are late by up to a millisecond or two. */
const TIMER_SLACK_MS = 2;

/** The machine's monotonic clock, counted from now. */
export function monotonicClock(): Clock {
  const start = performance.now();
  const nowMs = (): number => performance.now() - start;
  return {
    nowMs,
    async until(atMs, signal) {
      signal?.throwIfAborted();
      const early = atMs - nowMs() - TIMER_SLACK_MS;
      if (early > 0) await sleep(early, signal);
      while (nowMs() < atMs) await new Promise<void>((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}

/** A clock that shows a later time than another. */
export function laterClock(clock: Clock, byMs: number): Clock {
  return {
    nowMs: () => clock.nowMs() + byMs,
    until: (atMs, signal) => clock.until(atMs - byMs, signal),
  };
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

import { setMaxListeners } from "node:events";
import type { ConcurrencyLimit } from "./concurrency-limit.js";

/** One attempt at a task. */
export interface Attempt {
  /** Settles when the server is free for another task, where that is known before the outcome. Never rejects. */
  answered?: Promise<void> | undefined;
  outcome: Promise<Outcome>;
}

/** What came of one attempt at a task. */
export interface Outcome {
  /** The server had too much to do; the task is tried again. */
  isBusy: boolean;
  /** How long the server asked to wait, in milliseconds, where it said so. */
  retryAfterMs?: number;
  /** For the limit to learn from; absent where there is nothing to learn. */
  work?: number;
  /** Delivers the outcome. Runs after the next request was sent, so that the server never waits for it. */
  settle: () => Promise<void>;
}

/** What a dispatcher works on. */
export interface Dispatch<T> {
  tasks: AsyncIterator<T>;
  limit: ConcurrencyLimit;
  /** Must not throw for a task that failed; what it throws ends everything. */
  attempt: (task: T, signal: AbortSignal) => Attempt;
  signal?: AbortSignal | undefined;
  /** How long a server may be too busy for everything, in milliseconds. @defaultValue 10 minutes */
  patienceMs?: number | undefined;
  /** Delivers a task that is not tried, because the server was too busy for too long. */
  giveUp: (task: T) => Promise<void>;
  /** Called before each wait for a busy server. */
  onWait?: ((delayMs: number) => void) | undefined;
  /** A monotonic clock in milliseconds. @defaultValue `performance.now` */
  now?: () => number;
}

const PATIENCE_MS = 600_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Keeps as many tasks under way as a limit allows, reading them as they are needed. A slot that comes free is filled
 * before the outcome is delivered; a delivery that lags behind holds the reading back, so that memory stays constant.
 */
export class Dispatcher<T> {
  /** Most tasks that were under way at once. */
  peak = 0;
  readonly #dispatch: Dispatch<T>;
  readonly #now: () => number;
  readonly #abort = new AbortController();
  readonly #queue: { task: T }[] = [];
  /** Tasks that the server works on. */
  #running = 0;
  /** Tasks that were begun and whose outcome is not delivered. */
  #unfinished = 0;
  #isReading = false;
  #isExhausted = false;
  #refusals = 0;
  /** Since when the server has taken nothing. */
  #busySinceMs: number | undefined;
  #hasGivenUp = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #failure: { reason: unknown } | undefined;
  #done: () => void = () => {};

  constructor(dispatch: Dispatch<T>) {
    this.#dispatch = dispatch;
    this.#now = dispatch.now ?? (() => performance.now());
    // Every task that is under way listens to the one signal; that is no leak.
    setMaxListeners(0, this.#abort.signal);
  }

  /** Runs all tasks. Rejects with the first thing that was thrown, or the signal's reason, once nothing runs any more. */
  async run(): Promise<void> {
    const { signal, tasks } = this.#dispatch;
    const onAbort = (): void => this.#fail(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await new Promise<void>((resolve) => {
        this.#done = resolve;
        if (signal?.aborted) onAbort();
        this.#pump();
      });
      if (this.#failure !== undefined) throw this.#failure.reason;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      clearTimeout(this.#pause);
      // Not awaited: a source that is stuck in its own read would hold the caller for ever.
      if (!this.#isExhausted) void Promise.resolve(tasks.return?.()).catch(() => {});
    }
  }

  #pump(): void {
    while (this.#canStart()) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (this.#hasGivenUp) this.#skip(next.task);
      else void this.#start(next.task);
    }
    this.#read();
    if (this.#isOver()) this.#done();
  }

  #canStart(): boolean {
    const { current } = this.#dispatch.limit;
    return (
      this.#failure === undefined &&
      this.#pause === undefined &&
      this.#running < current &&
      this.#unfinished - this.#running < Math.max(16, 2 * current)
    );
  }

  #isOver(): boolean {
    if (this.#unfinished > 0) return false;
    return this.#failure !== undefined || (this.#isExhausted && this.#queue.length === 0);
  }

  #read(): void {
    if (this.#isReading || this.#isExhausted || this.#failure !== undefined) return;
    if (this.#queue.length >= this.#dispatch.limit.current) return;
    this.#isReading = true;
    this.#dispatch.tasks.next().then(
      (step) => {
        this.#isReading = false;
        if (step.done === true) this.#isExhausted = true;
        else this.#queue.push({ task: step.value });
        this.#pump();
      },
      (reason) => {
        this.#isReading = false;
        this.#isExhausted = true;
        this.#fail(reason);
      },
    );
  }

  #skip(task: T): void {
    this.#unfinished++;
    this.#settleSoon(() => this.#dispatch.giveUp(task));
  }

  async #start(task: T): Promise<void> {
    this.#unfinished++;
    this.#running++;
    this.peak = Math.max(this.peak, this.#running);
    const startedAtMs = this.#now();
    const attempt = this.#dispatch.attempt(task, this.#abort.signal);
    let isFree = false;
    const free = (): void => {
      if (isFree) return;
      isFree = true;
      this.#running--;
    };
    void attempt.answered?.then(() => {
      free();
      this.#pump();
    });
    try {
      const outcome = await attempt.outcome;
      free();
      this.#learn(startedAtMs, outcome);
      if (outcome.isBusy && this.#isPatient(outcome)) this.#retryLater(task, outcome);
      else this.#settleSoon(outcome.settle);
      this.#pump();
    } catch (reason) {
      free();
      this.#unfinished--;
      this.#fail(reason);
    }
  }

  #learn(startedAtMs: number, { work, isBusy }: Outcome): void {
    if (!isBusy) {
      this.#refusals = 0;
      this.#busySinceMs = undefined;
    }
    if (work === undefined && !isBusy) return;
    this.#dispatch.limit.finished({ startedAtMs, endedAtMs: this.#now(), work: work ?? 0, isBusy });
  }

  /** Whether a busy server is waited for: not beyond the time that it may be so, nor where it says that it will be. */
  #isPatient({ retryAfterMs = 0 }: Outcome): boolean {
    this.#busySinceMs ??= this.#now();
    const leftMs = this.#busySinceMs + (this.#dispatch.patienceMs ?? PATIENCE_MS) - this.#now();
    if (leftMs > 0 && retryAfterMs <= leftMs) return !this.#hasGivenUp;
    this.#hasGivenUp = true;
    return false;
  }

  /** Nothing new is sent for as long as the server asked, else longer each time, until it takes something again. */
  #retryLater(task: T, { retryAfterMs = 0 }: Outcome): void {
    this.#unfinished--;
    this.#queue.unshift({ task });
    if (this.#pause !== undefined) return;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#refusals++);
    // Jitter keeps several clients that were refused together from coming back together.
    const pauseMs = Math.max(retryAfterMs, longest * (0.5 + Math.random() / 2));
    this.#dispatch.onWait?.(pauseMs);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#pump();
    }, pauseMs);
  }

  #settleSoon(settle: () => Promise<void>): void {
    setImmediate(() => {
      settle().then(
        () => {
          this.#unfinished--;
          this.#pump();
        },
        (reason) => {
          this.#unfinished--;
          this.#fail(reason);
        },
      );
    });
  }

  #fail(reason: unknown): void {
    if (this.#failure === undefined) {
      this.#failure = { reason };
      this.#abort.abort(reason);
    }
    this.#pump();
  }
}

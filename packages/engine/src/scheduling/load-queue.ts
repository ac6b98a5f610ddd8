import type { ApiError } from "../http/api-error.js";

/** Lets requests that need a model loaded go one after the other; a limited number waits behind the first. */
export class LoadQueue {
  readonly #limit: number;
  #tail: Promise<unknown> = Promise.resolve();
  #inside = 0;
  #wake: (() => void)[] = [];

  /** @param limit - how many may wait behind the one whose turn it is */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Requests that wait behind the one whose turn it is. */
  get waiting(): number {
    return Math.max(0, this.#inside - 1);
  }

  /** Runs a task when its turn comes. @throws what `refuse` makes when too many wait */
  async run<T>(task: () => Promise<T>, signal: AbortSignal, refuse: () => ApiError): Promise<T> {
    if (this.#inside > this.#limit) throw refuse();
    this.#inside++;
    const turn = this.#tail;
    let done = (): void => {};
    this.#tail = new Promise<void>((resolve) => {
      done = resolve;
    });
    try {
      await orAborted(turn, signal);
      return await task();
    } finally {
      this.#inside--;
      // Who leaves early passes its turn on when it comes.
      void turn.then(done);
    }
  }

  /** Waits until something changed that the head of the queue may have waited for. */
  untilChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.#wake = this.#wake.filter((waiting) => waiting !== wake);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#wake.push(wake);
    });
  }

  /** Wakes those that wait for a change. */
  changed(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function orAborted(turn: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    void turn.then(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    });
  });
}

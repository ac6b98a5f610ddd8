/** Somebody who waits for the next value of an iteration. */
export interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/**
 * Waits in a queue of waiters for every value there is until the end, and calls `visit` with each: one promise for all,
 * where an iteration makes several for each value.
 * @param leave called when `visit` throws, which also rejects
 */
export function waitForEach<T>(waiters: Waiter<T>[], visit: (value: T) => void, leave: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const waiter: Waiter<T> = {
      resolve: (result) => {
        if (result.done === true) return resolve();
        try {
          visit(result.value);
        } catch (error) {
          leave();
          return reject(error);
        }
        // It goes on waiting, before those that came after it.
        waiters.unshift(waiter);
      },
      reject,
    };
    waiters.push(waiter);
  });
}

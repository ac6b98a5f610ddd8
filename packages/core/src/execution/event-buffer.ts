import type { ExecutionEvent } from "./executor.js";

/**
 * The events of one execution, for any number of readers at any time: each sees all of them from the start. Pieces
 * of text that nobody was reading when they came are kept joined, so that an execution that is only awaited does not
 * hold an object per token.
 */
export class EventBuffer {
  readonly #events: ExecutionEvent[] = [];
  readonly #wakers = new Set<() => void>();
  readonly #onAbandoned: () => void;
  #readers = 0;
  /** The last event, where it is one that was joined here and that nobody has seen. */
  #joined: { text: string } | undefined;
  #closed = false;
  #error: { reason: unknown } | undefined;

  /** @param onAbandoned called when the last reader leaves before the end */
  constructor(onAbandoned: () => void) {
    this.#onAbandoned = onAbandoned;
  }

  push(event: ExecutionEvent): void {
    if (this.#closed) return;
    if (this.#readers > 0 || !this.#joinToLast(event)) this.#events.push(event);
    this.#wake();
  }

  /** No more events; readers that have seen all of them end. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** No more events; readers that have seen all of them throw. */
  fail(reason: unknown): void {
    this.#error = { reason };
    this.close();
  }

  async *read(): AsyncGenerator<ExecutionEvent, void, undefined> {
    this.#readers++;
    this.#joined = undefined;
    let finished = false;
    try {
      for (let index = 0; ; ) {
        const event = this.#events[index];
        if (event !== undefined) {
          index++;
          yield event;
        } else if (this.#closed) {
          break;
        } else {
          await new Promise<void>((resolve) => this.#wakers.add(resolve));
        }
      }
      finished = true;
      if (this.#error !== undefined) throw this.#error.reason;
    } finally {
      this.#readers--;
      if (!finished && !this.#closed && this.#readers === 0) this.#onAbandoned();
    }
  }

  #joinToLast(event: ExecutionEvent): boolean {
    const last = this.#events.at(-1);
    if (last === undefined || last.type !== event.type || (event.type !== "text" && event.type !== "thinking")) {
      return false;
    }
    if (this.#joined === undefined || this.#joined !== last) {
      const joined = { ...last } as ExecutionEvent & { text: string };
      this.#events[this.#events.length - 1] = joined;
      this.#joined = joined;
    }
    this.#joined.text += event.text;
    return true;
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }
}

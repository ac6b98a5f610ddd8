/** Above this many unread items the producer is asked to pause, below the other to go on. */
const PAUSE_AT = 256;
const RESUME_AT = 64;

/**
 * Carries the items of one producer to one reader: what is not read yet waits here. The producer hears when the reader
 * is behind, and when it has caught up.
 */
export class EventQueue<T> {
  #items: T[] = [];
  #next = 0;
  #ended = false;
  #error: unknown;
  #paused = false;
  #wake: (() => void) | undefined;

  constructor(private readonly onPause: (paused: boolean) => void) {}

  push(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    if (!this.#paused && this.#unread >= PAUSE_AT) this.#setPaused(true);
    this.#wake?.();
  }

  /** No further items; with an error the reader gets that after what is waiting. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  /** Drops what is waiting and rejects the reader at once. */
  abort(reason: unknown): void {
    this.#items = [];
    this.#next = 0;
    this.#ended = true;
    this.#error = reason;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#unread > 0) yield this.#shift();
      if (this.#ended) {
        if (this.#error !== undefined) throw this.#error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  get #unread(): number {
    return this.#items.length - this.#next;
  }

  #shift(): T {
    const item = this.#items[this.#next++] as T;
    if (this.#next === this.#items.length) {
      this.#items = [];
      this.#next = 0;
    }
    if (this.#paused && this.#unread <= RESUME_AT) this.#setPaused(false);
    return item;
  }

  #setPaused(paused: boolean): void {
    this.#paused = paused;
    if (!this.#ended) this.onPause(paused);
  }
}

import { type Waiter, waitForEach } from "../async/waiter.js";
import type { ExecutionEvent } from "../execution/executor.js";
import { TextBuffer } from "../text/text-buffer.js";

/**
 * The events of one execution, for any number of readers at any time: each sees all of them from the start. Pieces
 * of text that nobody was reading when they came are kept joined, so that an execution that is only awaited does not
 * hold an object per token.
 */
export class EventBuffer {
  readonly #events: ExecutionEvent[] = [];
  /** Few have more than one. */
  #readers: readonly EventReader[] = [];
  readonly #onAbandoned: () => void;
  /** The last event, where pieces are being joined to it that nobody has seen. */
  #joined: { event: { text: string }; text: TextBuffer } | undefined;
  #hasPassedOn = false;
  #closed = false;
  #error: { reason: unknown } | undefined;

  /** @param onAbandoned called when the last reader leaves before the end */
  constructor(onAbandoned: () => void) {
    this.#onAbandoned = onAbandoned;
  }

  /** Whether a reader has been given more than the first event. */
  get hasPassedOn(): boolean {
    return this.#hasPassedOn;
  }

  /** Forgets all but the first `count` events; to be asked only where nobody was given the others. */
  forgetAfter(count: number): void {
    this.#joined = undefined;
    this.#events.length = Math.min(count, this.#events.length);
  }

  push(event: ExecutionEvent): void {
    if (this.#closed) return;
    if (this.#readers.length > 0 || !this.#joinToLast(event)) {
      this.#endJoining();
      this.#events.push(event);
    }
    for (const reader of this.#readers) reader.wake();
  }

  /** No more events; readers that have seen all of them end. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader.wake();
  }

  /** No more events; readers that have seen all of them throw. */
  fail(reason: unknown): void {
    this.#error = { reason };
    this.close();
  }

  read(): EventReader {
    return new EventReader({
      at: (index) => {
        const event = this.#events[index];
        if (event !== undefined && index > 0) this.#hasPassedOn = true;
        return event;
      },
      end: () => (this.#closed ? { error: this.#error } : undefined),
      enter: (reader) => {
        this.#readers = [...this.#readers, reader];
        this.#endJoining();
      },
      leave: (reader) => {
        this.#readers = this.#readers.filter((other) => other !== reader);
        if (!this.#closed && this.#readers.length === 0) this.#onAbandoned();
      },
    });
  }

  #joinToLast(event: ExecutionEvent): boolean {
    const last = this.#events.at(-1);
    if (last === undefined || last.type !== event.type || (event.type !== "text" && event.type !== "thinking")) {
      return false;
    }
    if (this.#joined === undefined) {
      const joined = { ...last } as ExecutionEvent & { text: string };
      this.#events[this.#events.length - 1] = joined;
      this.#joined = { event: joined, text: new TextBuffer() };
      this.#joined.text.push(joined.text);
    }
    this.#joined.text.push(event.text);
    return true;
  }

  #endJoining(): void {
    if (this.#joined !== undefined) this.#joined.event.text = this.#joined.text.toString();
    this.#joined = undefined;
  }
}

/** What a reader knows of its buffer. */
interface EventSource {
  at: (index: number) => ExecutionEvent | undefined;
  /** How the events ended; absent as long as more may come. */
  end: () => { error: { reason: unknown } | undefined } | undefined;
  enter: (reader: EventReader) => void;
  leave: (reader: EventReader) => void;
}

/** One reader's place. By hand, because an async generator costs several promises for each token. */
class EventReader implements AsyncIterator<ExecutionEvent, undefined, undefined> {
  readonly #source: EventSource;
  readonly #waiters: Waiter<ExecutionEvent>[] = [];
  #index = 0;
  #state: "new" | "reading" | "done" = "new";

  constructor(source: EventSource) {
    this.#source = source;
  }

  next(): Promise<IteratorResult<ExecutionEvent, undefined>> {
    this.#enter();
    if (this.#waiters.length === 0) {
      const event = this.#take();
      if (event !== undefined) return Promise.resolve({ done: false, value: event });
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.wake();
    });
  }

  each(visit: (event: ExecutionEvent) => void): Promise<void> {
    this.#enter();
    const done = waitForEach(this.#waiters, visit, () => this.#leave());
    this.wake();
    return done;
  }

  /** The reader leaves; when it was the last one, the execution is given up. */
  return(): Promise<IteratorResult<ExecutionEvent, undefined>> {
    this.#leave();
    this.wake();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Gives waiting readers what there is by now. */
  wake(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const event = this.#take();
      const end = this.#source.end();
      if (event === undefined && end === undefined && this.#state !== "done") return;
      this.#waiters.shift();
      if (event !== undefined) {
        waiter.resolve({ done: false, value: event });
        continue;
      }
      const isFirst = this.#state !== "done";
      this.#leave();
      if (isFirst && end?.error !== undefined) waiter.reject(end.error.reason);
      else waiter.resolve({ done: true, value: undefined });
    }
  }

  #enter(): void {
    if (this.#state !== "new") return;
    this.#state = "reading";
    this.#source.enter(this);
  }

  #take(): ExecutionEvent | undefined {
    const event = this.#state === "done" ? undefined : this.#source.at(this.#index);
    if (event !== undefined) this.#index++;
    return event;
  }

  #leave(): void {
    const wasReading = this.#state === "reading";
    this.#state = "done";
    if (wasReading) this.#source.leave(this);
  }
}

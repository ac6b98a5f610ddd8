import type { CallScope } from "../deadlines/call-scope.js";
import type { JsonLineReader, OllamaStream } from "../ndjson/json-line-reader.js";

/**
 * A streamed call under way: awaitable (gives the stream once the server answers) and async-iterable at once. The
 * request was sent when the call was made, and is sent once.
 */
export class StreamCall<T> implements PromiseLike<OllamaStream<T>>, AsyncIterable<T, undefined, undefined> {
  readonly #scope: CallScope;
  readonly #opened: Promise<JsonLineReader<T>>;
  #reader: JsonLineReader<T> | undefined;

  constructor(scope: CallScope, opened: Promise<JsonLineReader<T>>) {
    this.#scope = scope;
    this.#opened = opened;
    // A caller that awaits or iterates sees a failure; an unhandled rejection must not end the process.
    opened.then(
      (reader) => {
        this.#reader = reader;
      },
      () => undefined,
    );
  }

  // biome-ignore lint/suspicious/noThenProperty: a streamed call is awaitable by design
  then<Result1 = OllamaStream<T>, Result2 = never>(
    onFulfilled?: ((stream: OllamaStream<T>) => Result1 | PromiseLike<Result1>) | null,
    onRejected?: ((reason: unknown) => Result2 | PromiseLike<Result2>) | null,
  ): Promise<Result1 | Result2> {
    return this.#opened.then(onFulfilled, onRejected);
  }

  catch<Result = never>(
    onRejected?: ((reason: unknown) => Result | PromiseLike<Result>) | null,
  ): Promise<OllamaStream<T> | Result> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<OllamaStream<T>> {
    return this.then().finally(onFinally);
  }

  [Symbol.asyncIterator](): OllamaStream<T> {
    const stream: OllamaStream<T> = {
      next: () => (this.#reader === undefined ? this.#opened.then((reader) => reader.next()) : this.#reader.next()),
      return: async () => {
        this.abort();
        await this.#reader?.return();
        return { done: true, value: undefined };
      },
      abort: () => this.abort(),
      each: (visit) => this.each(visit),
      [Symbol.asyncIterator]: () => stream,
    };
    return stream;
  }

  /** Calls `visit` with each value as it comes; see {@link OllamaStream.each}. */
  each(visit: (value: T) => void): Promise<void> {
    return this.#opened.then((reader) => reader.each(visit));
  }

  /** Ends the call, also before the server answers. */
  abort(): void {
    this.#scope.abort();
  }
}

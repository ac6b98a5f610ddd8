import { OllamaError } from "@codo/ollama-contract";
import { type Waiter, waitForEach } from "@codo/ollama-contract/executor-kit";
import type { CallScope } from "../deadlines/call-scope.js";
import { describeCall } from "../deadlines/call-scope.js";
import { parseReply } from "../replies/parse-reply.js";
import { describeWebPage } from "../replies/web-page.js";
import { brokenAnswerError } from "../server-errors/connection-errors.js";
import type { ByteSink, ByteSource } from "../transport/transport.js";
import { LineSplitter } from "./line-splitter.js";

const EXCERPT_CHARACTERS = 120;

/** Who watches the values of a stream: which line is an error, and which line is the last. */
export interface StreamWatcher<T> {
  /** Sees each value before the consumer. @throws OllamaError when the value is an error line */
  see(value: T): void;
  /** Whether the last value said that it was the last. */
  readonly complete: boolean;
  /** What came so far, for an error's details. */
  partial(): Record<string, unknown>;
}

/** An answer that comes piece by piece. Leaving its `for await` early closes the connection: the server stops. */
export interface OllamaStream<T> extends AsyncIterableIterator<T, undefined, undefined> {
  /** Ends the call: a pending `next()` rejects with `ABORTED`. */
  abort(): void;
  /**
   * Calls `visit` with each value that is still to come, as soon as it is there, and resolves at the end. For those who
   * have nothing to wait for between two values: it costs less than `for await`, which makes promises for each. What
   * `visit` returns is not awaited; what it throws ends the call, and rejects.
   */
  each(visit: (value: T) => void): Promise<void>;
}

/**
 * Reads newline-delimited JSON from a body, one value at each `next()`. It parses on demand and asks the connection
 * for more only when a consumer waits, so that it holds one read of the socket and no more than a line beside it.
 */
export class JsonLineReader<T> implements OllamaStream<T>, ByteSink {
  readonly #source: ByteSource;
  readonly #scope: CallScope;
  readonly #watcher: StreamWatcher<T>;
  readonly #lines: LineSplitter;
  readonly #waiters: Waiter<T>[] = [];
  /** Whether a piece is on its way. */
  #asked = false;
  /** Whether a piece that comes now comes inside of {@link #askAndTake}, which takes it itself. */
  #asking = false;
  #inputEnded = false;
  #inputError: unknown;
  #answering = false;
  #closed = false;

  constructor(source: ByteSource, scope: CallScope, watcher: StreamWatcher<T>, decode: (bytes: Uint8Array) => string) {
    this.#source = source;
    this.#scope = scope;
    this.#watcher = watcher;
    this.#lines = new LineSplitter(decode);
    source.connect(this);
    scope.onFailure(() => this.#cut());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#waiters.length === 0) {
      try {
        const result = this.#take() ?? this.#askAndTake();
        if (result !== undefined) return Promise.resolve(result);
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  each(visit: (value: T) => void): Promise<void> {
    const visitUnlessCut = (value: T): void => {
      visit(value);
      // Cut by the visitor itself: a read that waits beside it may have had the error that ends the stream.
      const { failure } = this.#scope;
      if (failure !== undefined) throw withPartial(failure, this.#watcher.partial());
    };
    const done = waitForEach(this.#waiters, visitUnlessCut, () => this.#close());
    this.#settle();
    return done;
  }

  /** Leaving early: the connection is closed, so that the server stops generating. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#close();
    this.#settle();
    return Promise.resolve({ done: true, value: undefined });
  }

  abort(): void {
    this.#scope.abort();
  }

  data(bytes: Uint8Array): void {
    this.#asked = false;
    if (this.#closed) return;
    if (!this.#answering) {
      this.#answering = true;
      this.#scope.answering();
    }
    this.#scope.received();
    this.#lines.push(bytes);
    this.#settle();
  }

  end(): void {
    this.#inputEnded = true;
    this.#settle();
  }

  fail(error: unknown): void {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    this.#inputError = error;
    this.#settle();
  }

  /** Asks for more; a source that has it gives it before this returns. */
  #askAndTake(): IteratorResult<T, undefined> | undefined {
    if (this.#asked) return undefined;
    for (;;) {
      this.#asked = true;
      // Before the first piece another deadline counts.
      if (this.#answering) this.#scope.waiting();
      this.#asking = true;
      this.#source.ask();
      this.#asking = false;
      const result = this.#take();
      if (result !== undefined || this.#asked) return result;
    }
  }

  /** Gives waiting consumers what there is. */
  #settle(): void {
    if (this.#asking) return;
    while (this.#waiters.length > 0) {
      try {
        const result = this.#take() ?? this.#askAndTake();
        if (result === undefined) return;
        this.#waiters.shift()?.resolve(result);
      } catch (error) {
        this.#waiters.shift()?.reject(error);
      }
    }
  }

  /** The call was cut: nobody may be left waiting. */
  #cut(): void {
    this.#inputEnded = true;
    this.#source.destroy();
    this.#settle();
  }

  /** The next result, `undefined` when more bytes are needed. @throws what ends the stream, once */
  #take(): IteratorResult<T, undefined> | undefined {
    if (this.#closed) return { done: true, value: undefined };
    const failure = this.#scope.failure;
    if (failure !== undefined) throw this.#closeWith(withPartial(failure, this.#watcher.partial()));
    try {
      const line =
        this.#lines.next() ?? (this.#inputEnded && this.#inputError === undefined ? this.#lines.flush() : undefined);
      if (line !== undefined) {
        const value = this.#parse(line);
        this.#watcher.see(value);
        return { done: false, value };
      }
    } catch (error) {
      throw this.#closeWith(this.#describe(error));
    }
    return this.#inputEnded ? this.#finish() : undefined;
  }

  #finish(): IteratorResult<T, undefined> {
    if (!this.#watcher.complete) {
      throw this.#closeWith(
        this.#inputError === undefined
          ? this.#incomplete()
          : brokenAnswerError(this.#inputError, this.#scope.description, this.#watcher.partial()),
      );
    }
    this.#close();
    return { done: true, value: undefined };
  }

  #parse(line: string): T {
    try {
      return parseReply(line) as T;
    } catch (error) {
      const lineNumber = this.#lines.lineNumber;
      const excerpt = line.length > EXCERPT_CHARACTERS ? `${line.slice(0, EXCERPT_CHARACTERS)}…` : line;
      const truncated = this.#inputEnded && this.#inputError !== undefined;
      const page = describeWebPage(line);
      const message =
        page === undefined
          ? `Line ${lineNumber} of the answer to ${describeCall(this.#scope.description)} is not JSON${truncated ? " (the connection broke in it)" : ""}: ${excerpt} — something between here and the server damages its answers, or it is no Ollama.`
          : `The answer to ${describeCall(this.#scope.description)} is ${page}. Check that an Ollama serves there, and not a proxy or another service.`;
      throw new OllamaError("STREAM_CORRUPT", message, {
        cause: error,
        details: {
          ...this.#scope.description,
          ...(page === undefined ? {} : { problem: "page" }),
          lineNumber,
          excerpt,
          ...this.#watcher.partial(),
        },
      });
    }
  }

  #describe(error: unknown): unknown {
    if (OllamaError.is(error)) return error;
    const text = error instanceof Error ? error.message : String(error);
    const message = `The answer to ${describeCall(this.#scope.description)} cannot be read: ${text}.`;
    const details = { ...this.#scope.description, lineNumber: this.#lines.lineNumber, ...this.#watcher.partial() };
    return new OllamaError("STREAM_CORRUPT", message, { cause: error, details });
  }

  #incomplete(): OllamaError {
    const message = `The answer to ${describeCall(this.#scope.description)} ended before its done line: the server stopped early, as it does when a model repeats itself or its process dies. What came is in details.partial.`;
    const details = { ...this.#scope.description, ...this.#watcher.partial() };
    return new OllamaError("STREAM_INCOMPLETE", message, { details });
  }

  #closeWith<E>(error: E): E {
    this.#close();
    return error;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#source.destroy();
    this.#scope.finish();
  }
}

/** The same failure with what had come of the answer. */
function withPartial(failure: OllamaError, partial: Record<string, unknown>): OllamaError {
  const { code, message, retryable, details, cause } = failure;
  return new OllamaError(code, message, { cause, retryable, details: { ...details, ...partial } });
}

import type { ExecutionEvent, ExecutionHandle, ExecutionStatus, ModelExecutionResult } from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import { nextId } from "./next-id.js";

/** What an execution does: tells its events, and gives its result. `signal` fires on `cancel()`. */
export type PushedRun = (emit: (event: ExecutionEvent) => void, signal: AbortSignal) => Promise<ModelExecutionResult>;

/** An execution handle over a function; the function tells the middle events, the handle `start` and `end`. */
export class PushHandle implements ExecutionHandle {
  readonly id: string = nextId();
  readonly result: Promise<ModelExecutionResult>;
  #status: ExecutionStatus = "running";
  #hasPassedOn = false;
  #isClosed = false;
  #readers = 0;
  readonly #events: ExecutionEvent[] = [];
  readonly #wakers = new Set<() => void>();
  readonly #abort = new AbortController();

  constructor(model: string, run: PushedRun) {
    this.#push({ type: "start", id: this.id, model });
    this.result = run((event) => this.#push(event), this.#abort.signal).then(
      (result) => this.#end(result),
      (reason) => this.#fail(reason),
    );
    this.result.catch(() => {});
  }

  get status(): ExecutionStatus {
    return this.#status;
  }

  /** Whether anyone has read more than the start: then what was told cannot be taken back. */
  get hasPassedOn(): boolean {
    return this.#hasPassedOn;
  }

  /** Forgets what nobody has read, for a run that starts over. */
  forgetEvents(): void {
    this.#events.length = 1;
  }

  cancel(): void {
    this.#abort.abort(new OllamaError("ABORTED", "The run was cancelled."));
  }

  // biome-ignore lint/suspicious/noThenProperty: a handle is awaitable by contract.
  then<A = ModelExecutionResult, B = never>(
    onResult?: ((result: ModelExecutionResult) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result.then(onResult, onError);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ExecutionEvent, void, undefined> {
    let index = 0;
    this.#readers++;
    try {
      while (true) {
        const event = this.#events[index];
        if (event !== undefined) {
          index++;
          if (event.type !== "start") this.#hasPassedOn = true;
          yield event;
        } else if (this.#isClosed) {
          await this.result;
          return;
        } else {
          await new Promise<void>((resolve) => this.#wakers.add(resolve));
        }
      }
    } finally {
      this.#readers--;
      // As long as another one reads, the run goes on for it.
      if (this.#readers === 0 && !this.#isClosed) this.cancel();
    }
  }

  each(visit: (event: ExecutionEvent) => void): Promise<void> {
    const done = (async () => {
      for await (const event of this) visit(event);
    })();
    done.catch(() => {});
    return done;
  }

  #push(event: ExecutionEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  #end(result: ModelExecutionResult): ModelExecutionResult {
    const isCancelled = result.metadata.error?.code === "ABORTED";
    this.#status = result.success ? "succeeded" : isCancelled ? "cancelled" : "failed";
    this.#isClosed = true;
    this.#push({ type: "end", result });
    return result;
  }

  #fail(reason: unknown): never {
    this.#status = OllamaError.is(reason) && reason.code === "ABORTED" ? "cancelled" : "failed";
    this.#isClosed = true;
    this.#wake();
    throw reason;
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }
}

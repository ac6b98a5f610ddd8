import type { ExecutionEvent, ExecutionHandle, ModelExecutionResult } from "@codo/ollama-contract";
import { errorOfResult } from "@codo/ollama-contract/executor-kit";

/** A handle in a box: a promise of a bare handle would turn into its result, since a handle is awaitable. */
export interface BoxedHandle {
  handle: ExecutionHandle;
}

/** How a stream comes to its execution, and what happens to the result. */
export interface TextStreamSource {
  /** Gets the execution under way; `cancelled` fires on {@link TextStream.cancel}. */
  start: (cancelled: AbortSignal) => Promise<BoxedHandle>;
  /** Looks at the result once, before anyone sees it. */
  finish: (result: ModelExecutionResult) => Promise<ModelExecutionResult>;
}

/**
 * An answer as it comes: iterate it for the text chunks, {@link TextStream.events} for everything, await
 * {@link TextStream.result} for the whole. Leaving a loop early stops the server.
 */
export class TextStream implements AsyncIterable<string> {
  /** The finished result. A failed run resolves to `success: false`; only an abort by the signal rejects. */
  readonly result: Promise<ModelExecutionResult>;
  /** Text, thinking, tool calls, log probabilities, and at the end the result with its usage. */
  readonly events: AsyncIterable<ExecutionEvent>;
  readonly #boxed: Promise<BoxedHandle>;
  readonly #cancelling = new AbortController();

  constructor({ start, finish }: TextStreamSource) {
    this.#boxed = start(this.#cancelling.signal).then((boxed) => {
      if (this.#cancelling.signal.aborted) boxed.handle.cancel();
      return boxed;
    });
    this.result = this.#boxed.then(({ handle }) => handle.result).then(finish);
    // A caller that only reads the chunks meets a rejection there; it must not bring the process down a second time.
    this.result.catch(() => {});
    this.events = { [Symbol.asyncIterator]: () => this.#readEvents() };
  }

  /** Stops the server; the result resolves to `success: false` with the part that came. */
  cancel(): void {
    this.#cancelling.abort();
    this.#boxed.then(({ handle }) => handle.cancel()).catch(() => {});
  }

  /**
   * The text, chunk by chunk.
   * @throws OllamaError the run's own error where it failed: a text that ends early must not look whole
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for await (const event of this.events) {
      if (event.type === "text") yield event.text;
      else if (event.type === "end" && !event.result.success && !this.#cancelling.signal.aborted)
        throw errorOfResult(event.result);
    }
  }

  async *#readEvents(): AsyncGenerator<ExecutionEvent, void, undefined> {
    const { handle } = await this.#boxed;
    for await (const event of handle) {
      yield event.type === "end" ? { type: "end", result: await this.result } : event;
    }
  }
}

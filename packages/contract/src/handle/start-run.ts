import { OllamaError } from "../errors/ollama-error.js";
import { assertExecutable } from "../execution/assert-executable.js";
import type { ModelExecutionResult } from "../execution/execution-result.js";
import type { ExecutionEvent, ExecutionHandle, ExecutionRequest, ExecutionStatus } from "../execution/executor.js";
import { createIdFactory } from "../ids/id-factory.js";
import type { Run } from "./run.js";
import { RunState } from "./run-state.js";

const nextId = createIdFactory();

/**
 * Carries an execution out: emits what happens between `start` and `end`, and gives the result, whose `id` is `run.id`.
 * An expected failure and a `cancel()` are results with `success: false`; what it throws rejects the handle.
 */
export type RunWork = (run: Run) => Promise<ModelExecutionResult>;

/**
 * Starts work and gives its handle at once: the one implementation of `ExecutionHandle`. Any number of readers see all
 * events from the start. The run ends early by `cancel()`, by the caller's signal, or when its last reader leaves.
 * @throws OllamaError `INVALID_REQUEST` for a request that is a mistake in the program
 */
export function startRun(request: ExecutionRequest, work: RunWork): ExecutionHandle {
  assertExecutable(request);
  return new RunHandle(request, work);
}

class RunHandle implements ExecutionHandle {
  readonly id: string = nextId();
  readonly result: Promise<ModelExecutionResult>;
  readonly #run: RunState;
  readonly #model: string;

  constructor({ model, signal }: ExecutionRequest, work: RunWork) {
    this.#model = model;
    this.#run = new RunState(this.id, signal, () => this.cancel());
    this.#run.events.push({ type: "start", id: this.id, model });
    this.result = work(this.#run).then(
      (result) => this.#end(result),
      (reason) => this.#fail(reason),
    );
    // A caller that only reads the events sees a rejection there; it must not also bring the process down.
    this.result.catch(() => {});
  }

  get status(): ExecutionStatus {
    return this.#run.status;
  }

  get answered(): Promise<void> {
    return this.#run.answered;
  }

  cancel(): void {
    this.#run.cancellation.cancel(new OllamaError("ABORTED", `The run of model "${this.#model}" was cancelled.`));
  }

  // biome-ignore lint/suspicious/noThenProperty: a handle is awaitable by contract.
  then<A = ModelExecutionResult, B = never>(
    onResult?: ((result: ModelExecutionResult) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result.then(onResult, onError);
  }

  [Symbol.asyncIterator](): AsyncIterator<ExecutionEvent> {
    return this.#run.events.read();
  }

  each(visit: (event: ExecutionEvent) => void): Promise<void> {
    const done = this.#run.events.read().each(visit);
    // Who awaits it learns of a failure, as of the result's; who does not must not be killed by it.
    done.catch(() => {});
    return done;
  }

  #end(result: ModelExecutionResult): ModelExecutionResult {
    const isCancelled = result.metadata.error?.code === "ABORTED";
    this.#run.end(result.success ? "succeeded" : isCancelled ? "cancelled" : "failed");
    this.#run.events.push({ type: "end", result });
    this.#run.events.close();
    return result;
  }

  #fail(reason: unknown): never {
    this.#run.end(OllamaError.is(reason) && reason.code === "ABORTED" ? "cancelled" : "failed");
    this.#run.events.fail(reason);
    throw reason;
  }
}

import type { ExecutionHandle } from "@codo/ollama-contract";

/**
 * Whether a job is to end before its time. A run is ended by its handle: to make a signal for each takes longer than all
 * else that a worker does about it, and hardly any is ever ended.
 */
export class JobCancellation {
  isCancelled = false;
  readonly #controller: AbortController = new AbortController();
  #run: ExecutionHandle | undefined;

  /** For what has no handle. Node makes it when it is asked for. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Notes the run that is to end with the job. */
  attach(run: ExecutionHandle): void {
    this.#run = run;
    if (this.isCancelled) run.cancel();
  }

  cancel(): void {
    this.isCancelled = true;
    this.#controller.abort();
    this.#run?.cancel();
  }
}

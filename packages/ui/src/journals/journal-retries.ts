import { type ModelExecutor, OllamaError } from "@codo/ollama-contract";
import { ModelRunner } from "@codo/ollama-runner";

/** What became of a retry of a journal's failures. */
export interface RetryState {
  state: "running" | "done" | "failed" | "stopped";
  succeeded: number;
  failed: number;
  /** Failures whose request is not in the journal; the batch itself retries them, with `--retry-errors`. */
  notRetried: number;
  /** Why it failed as a whole. */
  error?: string;
}

/** Runs the failures of journals again, each journal once at a time; what comes is in the journal at once. */
export class JournalRetries {
  readonly #runner: ModelRunner;
  readonly #states = new Map<string, RetryState>();
  readonly #running = new Map<string, { canceller: AbortController; ending: Promise<void> }>();

  constructor(executor: ModelExecutor) {
    this.#runner = new ModelRunner(executor);
  }

  stateOf(path: string): RetryState | undefined {
    return this.#states.get(path);
  }

  /** Begins a retry, unless one runs. */
  start(path: string): RetryState {
    const known = this.#states.get(path);
    if (known?.state === "running") return known;
    const state: RetryState = { state: "running", succeeded: 0, failed: 0, notRetried: 0 };
    const canceller = new AbortController();
    const ending = this.#run(path, state, canceller.signal).finally(() => this.#running.delete(path));
    this.#states.set(path, state);
    this.#running.set(path, { canceller, ending });
    return state;
  }

  /** Ends a retry; what it has done is in the journal. @throws OllamaError `INVALID_REQUEST` when none runs */
  cancel(path: string): void {
    const running = this.#running.get(path);
    if (running === undefined) throw new OllamaError("INVALID_REQUEST", "No retry of this journal runs.");
    running.canceller.abort();
  }

  async stop(): Promise<void> {
    for (const { canceller } of this.#running.values()) canceller.abort();
    await Promise.all([...this.#running.values()].map(({ ending }) => ending));
  }

  async #run(path: string, state: RetryState, signal: AbortSignal): Promise<void> {
    const onResult = ({ success }: { success: boolean }): void => {
      if (success) state.succeeded++;
      else state.failed++;
    };
    try {
      const { notRetried } = await this.#runner.retryBatch(path, { signal, onResult });
      Object.assign(state, { state: "done", notRetried });
    } catch (error) {
      if (signal.aborted) state.state = "stopped";
      else Object.assign(state, { state: "failed", error: error instanceof Error ? error.message : String(error) });
    }
  }
}

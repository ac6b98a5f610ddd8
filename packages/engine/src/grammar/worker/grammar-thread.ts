import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { SchemaError } from "../schema-to-grammar.js";
import type { GrammarJob, GrammarReply } from "./grammar-job.js";

/** How long a grammar may take; usual ones take some milliseconds. */
const LONGEST_JOB_MS = 10_000;
const MOST_MEMORY_MB = 384;

/** What a thread may take for one job. */
export interface GrammarBudget {
  longestJobMs?: number;
  mostMemoryMb?: number;
}

/** One thread that makes grammars, one at a time. What takes too long is ended together with the thread. */
export class GrammarThread {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #hasEnded = false;

  readonly #budget: Required<GrammarBudget>;

  constructor({ longestJobMs = LONGEST_JOB_MS, mostMemoryMb = MOST_MEMORY_MB }: GrammarBudget = {}) {
    this.#budget = { longestJobMs, mostMemoryMb };
    this.#worker = new Worker(workerPath(), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    });
    this.#worker.once("exit", () => {
      this.#hasEnded = true;
    });
    this.#ready = this.#answer().then(() => {});
    // Who waits for it hears of a failure; nobody need wait.
    this.#ready.catch(() => {});
    // A job keeps the process alive, a thread without one does not.
    this.#worker.unref();
  }

  /** Whether it can take no further job. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** @throws SchemaError when the job is too much, the signal's reason when its client leaves */
  async do(job: GrammarJob, signal: AbortSignal): Promise<GrammarReply> {
    signal.throwIfAborted();
    this.#worker.ref();
    const settled = new AbortController();
    try {
      // The time for starting is not the job's.
      await Promise.race([this.#ready, rejectOn(signal, settled.signal)]);
      const reply = this.#answer();
      this.#worker.postMessage(job);
      return (await Promise.race([
        reply,
        rejectOn(signal, settled.signal),
        rejectLate(this.#budget.longestJobMs, settled.signal),
      ])) as GrammarReply;
    } catch (error) {
      await this.end();
      throw error;
    } finally {
      settled.abort();
      this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#worker.terminate();
  }

  /** The next message; rejects when the thread ends instead. */
  #answer(): Promise<unknown> {
    const heard = new AbortController();
    const answer = new Promise<unknown>((resolve, reject) => {
      const once = <T>(event: string, listener: (value: T) => void): void => {
        this.#worker.once(event, listener);
        heard.signal.addEventListener("abort", () => this.#worker.off(event, listener));
      };
      once("message", resolve);
      once("error", (error: NodeJS.ErrnoException) => reject(outOfMemory(error, this.#budget) ?? error));
      once("exit", () => reject(new Error("the thread that makes grammars has ended")));
    });
    return answer.finally(() => heard.abort());
  }
}

function rejectOn(signal: AbortSignal, settled: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true, signal: settled });
  });
}

function rejectLate(limitMs: number, settled: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const late = new SchemaError(
      `The schema is too much for a grammar: it takes more than ${limitMs / 1000} s to make one.`,
    );
    const timer = setTimeout(() => reject(late), limitMs);
    settled.addEventListener("abort", () => clearTimeout(timer));
  });
}

function outOfMemory(
  { code }: NodeJS.ErrnoException,
  { mostMemoryMb }: Required<GrammarBudget>,
): SchemaError | undefined {
  if (code !== "ERR_WORKER_OUT_OF_MEMORY") return undefined;
  return new SchemaError(`The schema is too much for a grammar: it takes more than ${mostMemoryMb} MB to make one.`);
}

/** The built thread: beside the bundle, or in `dist` when this module runs from its source. */
function workerPath(): string {
  const fromSource = import.meta.url.endsWith("/src/grammar/worker/grammar-thread.ts");
  return fileURLToPath(
    new URL(fromSource ? "../../../dist/grammar-worker.js" : "./grammar-worker.js", import.meta.url),
  );
}

import { setTimeout as delay } from "node:timers/promises";
import { type ModelExecutor, OllamaError, type OllamaErrorCode } from "@codo/ollama-contract";

/** Failures that mean that the server is gone. */
const IS_GONE: ReadonlySet<OllamaErrorCode> = new Set(["SERVER_UNAVAILABLE", "CONNECTION_LOST", "TIMEOUT_CONNECT"]);
/** Failures that may mean it: the server is asked. */
const MAY_BE_GONE: ReadonlySet<OllamaErrorCode> = new Set(["STREAM_INCOMPLETE", "SERVER_ERROR", "STREAM_CORRUPT"]);

const PROBE_TIMEOUT_MS = 3_000;
const LONGEST_PAUSE_MS = 10_000;

/** Knows whether a worker's server answers; while it does not, it asks until it does again. */
export class HostWatch {
  isUp = true;
  readonly #executor: ModelExecutor;
  readonly #probeMs: number;
  readonly #onChange: (isUp: boolean, reason: string) => void;
  readonly #closing = new AbortController();
  #probe: Promise<boolean> | undefined;

  constructor(
    executor: ModelExecutor,
    { probeMs, onChange }: { probeMs: number; onChange: (isUp: boolean, reason: string) => void },
  ) {
    this.#executor = executor;
    this.#probeMs = probeMs;
    this.#onChange = onChange;
  }

  /** Whether a failure means that the server is gone, rather than that it refused this one request. */
  async isGone(code: OllamaErrorCode, reason: string): Promise<boolean> {
    if (!this.isUp) return IS_GONE.has(code) || MAY_BE_GONE.has(code);
    if (!IS_GONE.has(code) && !MAY_BE_GONE.has(code)) return false;
    if (await this.#answers()) return IS_GONE.has(code);
    this.#markDown(reason);
    return true;
  }

  close(): void {
    this.#closing.abort();
  }

  #markDown(reason: string): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.#onChange(false, reason);
    void this.#waitUntilUp();
  }

  async #waitUntilUp(): Promise<void> {
    const { signal } = this.#closing;
    for (let pauseMs = this.#probeMs; !signal.aborted; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted || !(await this.#answers())) continue;
      this.isUp = true;
      this.#onChange(true, "");
      return;
    }
  }

  /** Several who want to know at once share one question. */
  #answers(): Promise<boolean> {
    this.#probe ??= this.#ask().finally(() => {
      this.#probe = undefined;
    });
    return this.#probe;
  }

  async #ask(): Promise<boolean> {
    try {
      await this.#executor.listLoaded({ timeouts: { totalMs: PROBE_TIMEOUT_MS } });
      return true;
    } catch (error) {
      // A server that says that something is wrong is there.
      return OllamaError.is(error) && !IS_GONE.has(error.code) && !error.code.startsWith("TIMEOUT");
    }
  }
}

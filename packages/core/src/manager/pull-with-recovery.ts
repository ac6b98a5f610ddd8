import { setTimeout as pause } from "node:timers/promises";
import { OllamaError } from "@codo/ollama-contract";
import { abortErrorOf } from "@codo/ollama-contract/executor-kit";
import { textOf } from "../replies/reply-fields.js";
import type { ProgressResponse } from "../wire/model-management.js";
import type { ManagerClient } from "./manager-client.js";

/** How a pull is watched. */
export interface PullPlan {
  model: string;
  client: () => Promise<ManagerClient>;
  insecure?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** Without new bytes for this long the pull is asked for again, in milliseconds. */
  stallMs: number;
  /** How often in a row it is asked for again without getting any further. */
  maxStalls: number;
  onStall?: ((stalls: number, why: string) => void) | undefined;
}

const PAUSE_MS = 200;

/**
 * The lines of a pull, over as many requests as it takes: the server keeps the parts it has, so that a pull that
 * stalls or breaks off is cured by asking again.
 */
export async function* pullWithRecovery(plan: PullPlan): AsyncGenerator<ProgressResponse, void, undefined> {
  const seen = new SeenProgress();
  for (let stalls = 0; ; ) {
    const attempt = new PullAttempt(plan);
    try {
      for await (const line of attempt.lines()) {
        if (seen.isNew(line)) {
          attempt.progressed(line);
          stalls = 0;
        }
        yield line;
      }
      return;
    } catch (error) {
      if (plan.signal?.aborted) throw abortErrorOf(plan.signal);
      if (!attempt.stalled && !isBrokenOff(error)) throw error;
      stalls++;
      const why = attempt.stalled ? `no new bytes for ${plan.stallMs / 1000} s` : (error as OllamaError).message;
      if (stalls > plan.maxStalls) throw gaveUp(plan, why, error);
      plan.onStall?.(stalls, why);
    }
    await pause(PAUSE_MS * stalls, undefined, plan.signal === undefined ? {} : { signal: plan.signal }).catch(() => {});
    if (plan.signal?.aborted) throw abortErrorOf(plan.signal);
  }
}

/** One request for a pull, cut when it gets no further. */
class PullAttempt {
  stalled = false;
  readonly #plan: PullPlan;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(plan: PullPlan) {
    this.#plan = plan;
  }

  async *lines(): AsyncGenerator<ProgressResponse, void, undefined> {
    const { model, insecure, signal } = this.#plan;
    const forward = (): void => this.#abort.abort(signal?.reason);
    signal?.addEventListener("abort", forward, { once: true });
    if (signal?.aborted) forward();
    try {
      const client = await this.#plan.client();
      this.#watch();
      const request = { model, stream: true, ...(insecure === undefined ? {} : { insecure }) } as const;
      yield* await client.pull(request, { signal: this.#abort.signal });
    } finally {
      clearTimeout(this.#timer);
      signal?.removeEventListener("abort", forward);
    }
  }

  /** Only the transfer is watched: hashing a large model takes minutes without a line. */
  progressed({ status }: ProgressResponse): void {
    clearTimeout(this.#timer);
    if (textOf(status).startsWith("pulling")) this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.stalled = true;
      this.#abort.abort();
    }, this.#plan.stallMs);
  }
}

/** Distinguishes lines that make progress from lines that only repeat, over all requests of a pull. */
class SeenProgress {
  readonly #statuses = new Set<string>();
  readonly #completed = new Map<string, number>();

  isNew({ status = "", digest = "", completed = 0 }: ProgressResponse): boolean {
    const isNewStatus = !this.#statuses.has(status);
    this.#statuses.add(status);
    const before = this.#completed.get(digest) ?? -1;
    if (completed <= before) return isNewStatus;
    this.#completed.set(digest, completed);
    return true;
  }
}

function isBrokenOff(error: unknown): boolean {
  return OllamaError.is(error) && (error.code === "CONNECTION_LOST" || error.code === "STREAM_INCOMPLETE");
}

function gaveUp({ model, maxStalls }: PullPlan, why: string, cause: unknown): OllamaError {
  const asked = maxStalls === 0 ? "once" : `${maxStalls + 1} times`;
  const message = `The download of model "${model}" stalled; it was requested ${asked}: ${why.replace(/\.$/, "")}. Check the network and ask again: what has come is kept.`;
  return new OllamaError("TIMEOUT_IDLE", message, { cause, details: { model } });
}

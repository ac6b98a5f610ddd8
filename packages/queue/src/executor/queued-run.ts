import { createIdFactory, type ExecutionRequest, type ModelExecutionResult, OllamaError } from "@codo/ollama-contract";
import { abortErrorOf, type Run } from "@codo/ollama-contract/executor-kit";
import { failedResult } from "@codo/ollama-runner/batch-kit";
import type { JobsOptions } from "bullmq";
import type { JobData, RunJob } from "../jobs/job-data.js";
import { RESULT_VERSION } from "../jobs/job-outcome.js";
import { toPortableRequest } from "../jobs/portable-request.js";
import type { Piece, Pieces } from "../worker/piece-sender.js";
import type { QueueExecutorOptions } from "./executor-options.js";
import type { JobChannel, JobWaiter } from "./job-channel.js";
import { resultOf, resultOfFailure } from "./job-results.js";
import { jobIdOf, type QueueLink } from "./queue-link.js";

const nextId = createIdFactory();

interface QueuedRunInit {
  request: ExecutionRequest;
  run: Run;
  link: QueueLink | Promise<QueueLink>;
  options: QueueExecutorOptions;
  jobOptions: JobsOptions;
}

interface Settlement {
  channel: JobChannel;
  resolve: (result: ModelExecutionResult) => void;
  reject: (reason: unknown) => void;
}

/**
 * One execution through the queue. A request with an `itemKey` is kept in the queue whatever becomes of its caller; any
 * other lives as long as somebody waits for it, and its answer is passed on as it comes.
 */
export class QueuedRun {
  readonly #init: QueuedRunInit;
  readonly #isKept: boolean;
  readonly #jobId: string;
  /** What was passed on so far, and from which attempt. */
  #text = "";
  #attempt: number | undefined;

  constructor(init: QueuedRunInit) {
    const { request, options } = init;
    this.#init = init;
    this.#isKept = request.itemKey !== undefined;
    this.#jobId = this.#isKept ? jobIdOf(request, options.batch) : nextId();
  }

  async result(): Promise<ModelExecutionResult> {
    const { request, run } = this.#init;
    try {
      const link = await this.#init.link;
      return this.#finish(await this.#ask(link));
    } catch (error) {
      if (request.signal?.aborted) throw abortErrorOf(request.signal);
      return { ...failedResult(request, run.cancellation.reason ?? error, run.id), response: this.#text };
    }
  }

  async #ask(link: QueueLink): Promise<ModelExecutionResult> {
    const { request, run } = this.#init;
    // A batch waits for workers that come and go; a caller gets the error at once.
    if (!this.#isKept) await link.assertServed(request.model);
    const channel = await link.channel(request.model);
    const data = await this.#jobData();
    run.cancellation.throwIfAborted();
    run.begin();
    const { signal } = request;
    let onAbort = (): void => {};
    try {
      return await new Promise<ModelExecutionResult>((resolve, reject) => {
        onAbort = () => {
          this.#leave(link, channel);
          reject(run.cancellation.reason ?? signal?.reason);
        };
        run.cancellation.attach({ abort: onAbort });
        signal?.addEventListener("abort", onAbort, { once: true });
        channel.submit(this.#jobId, this.#waiter(data, { channel, resolve, reject }));
      });
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #waiter(data: JobData, { channel, resolve, reject }: Settlement): JobWaiter {
    const { jobOptions, request } = this.#init;
    const settle = (get: () => ModelExecutionResult): void => {
      if (!this.#isKept) channel.remove(this.#jobId);
      try {
        resolve(get());
      } catch (error) {
        reject(error);
      }
    };
    return {
      data,
      options: jobOptions,
      completed: (outcome) => settle(() => resultOf(outcome, request)),
      failed: (reason, failed) => settle(() => resultOfFailure(failed, reason)),
      ...(!this.#isKept && { pieces: (pieces: Pieces) => this.#passOn(pieces, reject) }),
    };
  }

  async #jobData(): Promise<JobData> {
    const { request, options } = this.#init;
    const { batch } = options;
    const { itemKey: key } = request;
    const job: RunJob = {
      schemaVersion: 1,
      kind: "run",
      request: await toPortableRequest(request),
      resultVersion: RESULT_VERSION,
    };
    if (key === undefined) return { ...job, isStreamed: true };
    return { ...job, key, ...(batch !== undefined && { batch }) };
  }

  /** What waits is taken back. What runs of a batch is paid for already: it ends, and its result waits. */
  #leave(link: QueueLink, channel: JobChannel): void {
    channel.leave(this.#jobId);
    if (this.#isKept) channel.remove(this.#jobId);
    else link.cancel(this.#init.request.model, this.#jobId);
  }

  #passOn({ attempt, pieces }: Pieces, fail: (reason: unknown) => void): void {
    const { run } = this.#init;
    if (this.#attempt !== undefined && this.#attempt !== attempt) {
      if (run.hasPassedOn) {
        fail(begunAgain(this.#init.request.model));
        return;
      }
      run.forgetEvents();
      this.#text = "";
    }
    this.#attempt = attempt;
    for (const piece of pieces) this.#emit(piece);
  }

  #emit(piece: Piece): void {
    if (piece.type === "text") this.#text += piece.text;
    this.#init.run.emit(piece);
  }

  /** Passes on what has not been: pieces that were lost on the way, or the whole of an answer that was not streamed. */
  #finish(result: ModelExecutionResult): ModelExecutionResult {
    const { thinking, toolCalls = [] } = result.metadata;
    if (this.#attempt === undefined) {
      if (thinking !== undefined && thinking !== "") this.#emit({ type: "thinking", text: thinking });
    }
    const { response } = result;
    if (response.length > this.#text.length && response.startsWith(this.#text)) {
      this.#emit({ type: "text", text: response.slice(this.#text.length) });
    }
    if (this.#attempt === undefined) for (const toolCall of toolCalls) this.#emit({ type: "toolCall", toolCall });
    return { ...result, id: this.#init.run.id };
  }
}

function begunAgain(model: string): OllamaError {
  const what = `The answer of model "${model}" was interrupted, and another worker started it again.`;
  return new OllamaError("STREAM_INCOMPLETE", what, { advice: "Ask again." });
}

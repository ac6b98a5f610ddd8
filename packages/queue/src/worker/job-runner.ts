import { setTimeout as delay } from "node:timers/promises";
import type { ModelExecutor } from "@codo/ollama-contract";
import { DelayedError, type Job, UnrecoverableError, WaitingError } from "bullmq";
import { type JobData, readJob } from "../jobs/job-data.js";
import { type JobOutcome, outcomeOf } from "../jobs/job-outcome.js";
import type { HostWatch } from "./host-watch.js";
import { JobCancellation } from "./job-cancellation.js";
import type { Meter } from "./meter.js";
import { type Attempt, performJob } from "./perform-job.js";
import { PieceSender } from "./piece-sender.js";
import type { Slots } from "./slots.js";
import type { WorkerEvent } from "./worker-options.js";

/** A job of another version waits this long before a worker looks at it again. */
const UNREADABLE_DELAY_MS = 30_000;
const FIRST_BUSY_PAUSE_MS = 100;
const LONGEST_BUSY_PAUSE_MS = 5_000;
/** A server that is too busy for so long gives its jobs back. */
const BUSY_PATIENCE_MS = 60_000;
/** A job that is for another host is out of this one's reach so long; longer the longer the other host is busy. */
const ELSEWHERE_DELAY_MS = 500;
const LONGEST_ELSEWHERE_DELAY_MS = 5_000;
/** So long the other hosts alone may take it then. */
const HEAD_START_MS = 250;
/** The other hosts may be busy with something long. After so long the job is tried again where it failed. */
const ELSEWHERE_PATIENCE_MS = 120_000;

/** A prompt whose server was gone so often may be what ends it. */
const MOST_TIMES_GONE = 30;

/** What the jobs of one worker share. */
export interface JobRunnerInit {
  executor: ModelExecutor;
  host: string;
  slots: Slots;
  watch: HostWatch;
  meter: Meter;
  /** Whether another worker takes prompts for a model, at a host that is not among some. */
  hasOtherHost: (model: string, but: readonly string[]) => Promise<boolean>;
  /** Takes no prompts for a model for some milliseconds. */
  stepBack: (model: string, forMs: number) => void;
  report: (event: WorkerEvent) => void;
}

/** Runs jobs at one server, and decides what becomes of each. */
export class JobRunner {
  completed = 0;
  failed = 0;
  readonly #init: JobRunnerInit;
  readonly #running: Map<string, JobCancellation> = new Map();
  #isAborting = false;

  constructor(init: JobRunnerInit) {
    this.#init = init;
  }

  /** Ends a job that its caller has left, where it runs here. */
  cancel(jobId: string): void {
    this.#running.get(jobId)?.cancel();
  }

  /** Ends all jobs, which are given back. */
  abort(): void {
    this.#isAborting = true;
    for (const cancellation of this.#running.values()) cancellation.cancel();
  }

  /** Processes a job that BullMQ gives; what it throws decides what BullMQ does with the job. */
  async process(job: Job, token: string | undefined): Promise<JobOutcome> {
    const read = readJob(job.data);
    // The worker says how long results are kept. A caller of 0.1.0 gave each job an age, and one of a minute took away all
    // results of the queue that were older.
    delete job.opts.removeOnComplete;
    delete job.opts.removeOnFail;
    if (read.problem !== undefined) return await this.#leave(job, token, read.problem);
    if (read.value.failedOn !== undefined && (await this.#belongsElsewhere(read.value))) {
      return await this.#sendElsewhere(job, token, read.value);
    }
    const { slots } = this.#init;
    await slots.acquire();
    const cancellation = new JobCancellation();
    this.#running.set(job.id ?? "", cancellation);
    try {
      const attempt = await this.#attempt(job, read.value, cancellation);
      if (attempt.ok) return this.#complete(job, read.value, attempt);
      return await this.#settleFailure({ job, token, data: read.value, attempt, cancellation });
    } finally {
      this.#running.delete(job.id ?? "");
      slots.release();
    }
  }

  /** One attempt, with as many questions as a server that is too busy makes necessary. */
  async #attempt(job: Job, data: JobData, cancellation: JobCancellation): Promise<Attempt> {
    const { executor, host, slots } = this.#init;
    const firstAtMs = performance.now();
    for (let refusals = 0; ; refusals++) {
      const sender = pieceSender(job, data);
      const startedAtMs = performance.now();
      const onPiece = sender && ((piece: Parameters<PieceSender["add"]>[0]) => sender.add(piece));
      const attempt = await performJob(data, { executor, host, cancellation, onPiece });
      if (sender !== undefined) await sender.flushed();
      const endedAtMs = performance.now();
      const isBusy = !attempt.ok && attempt.error.code === "SERVER_BUSY";
      if (attempt.ok || isBusy) {
        slots.finished({ startedAtMs, endedAtMs, work: attempt.ok ? attempt.work : 0, isBusy });
      }
      if (!isBusy || cancellation.isCancelled || endedAtMs - firstAtMs > BUSY_PATIENCE_MS) return attempt;
      const { signal } = cancellation;
      await delay(busyPauseMs(attempt.retryAfterMs ?? 0, refusals), undefined, { signal }).catch(() => {});
    }
  }

  #complete(job: Job, data: JobData, { value, tokens }: Attempt & { ok: true }): JobOutcome {
    this.completed++;
    this.#init.meter.add(tokens);
    this.#init.report({ type: "done", jobId: job.id ?? "", model: data.request.model });
    return outcomeOf(data, value);
  }

  async #settleFailure({ job, token, data, attempt, cancellation }: FailedAttempt): Promise<never> {
    const { watch } = this.#init;
    const { error, failure } = attempt;
    if (this.#isAborting) return await giveBack(job, token);
    if (cancellation.isCancelled) {
      // Its caller has left: nobody waits for it, on whatever host, and nobody wants to see it in the list of failures.
      job.opts.removeOnFail = true;
      throw new UnrecoverableError(error.message);
    }
    if (error.code === "SERVER_BUSY") return await this.#delay(job, token, ELSEWHERE_DELAY_MS);
    const isGone = await watch.isGone(error.code, error.message);
    const { timesGone = 0, failedOn = [] } = data;
    if (isGone && timesGone < MOST_TIMES_GONE) {
      await job.updateData({ ...data, timesGone: timesGone + 1 });
      return await giveBack(job, token);
    }
    const isLast = isGone || !error.retryable || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    if (!isLast) {
      const hosts = new Set([...failedOn, this.#init.host]);
      await job.updateData({ ...data, failedOn: [...hosts], failedAtMs: Date.now() });
      throw new Error(error.message);
    }
    await job.updateData({ ...data, failure });
    this.failed++;
    this.#init.report({ type: "failed", jobId: job.id ?? "", code: error.code, reason: error.message });
    throw new UnrecoverableError(error.message);
  }

  /** Whether a job failed here before and a host could try it that has not. */
  async #belongsElsewhere(data: JobData): Promise<boolean> {
    const { failedOn = [] } = data;
    if (!failedOn.includes(this.#init.host) || sinceFailureMs(data) > ELSEWHERE_PATIENCE_MS) return false;
    return await this.#init.hasOtherHost(data.request.model, failedOn);
  }

  async #sendElsewhere(job: Job, token: string | undefined, data: JobData): Promise<never> {
    const delayMs = Math.min(LONGEST_ELSEWHERE_DELAY_MS, Math.max(ELSEWHERE_DELAY_MS, sinceFailureMs(data) / 4));
    // Of two who wait for the same moment it is always the same one that is first.
    this.#init.stepBack(data.request.model, delayMs + HEAD_START_MS);
    return await this.#delay(job, token, delayMs);
  }

  async #leave(job: Job, token: string | undefined, problem: string): Promise<never> {
    this.#init.report({ type: "unreadable", jobId: job.id ?? "", reason: problem });
    return await this.#delay(job, token, UNREADABLE_DELAY_MS);
  }

  async #delay(job: Job, token: string | undefined, delayMs: number): Promise<never> {
    await job.moveToDelayed(Date.now() + delayMs, token);
    throw new DelayedError();
  }
}

interface FailedAttempt {
  job: Job;
  token: string | undefined;
  data: JobData;
  attempt: Attempt & { ok: false };
  cancellation: JobCancellation;
}

/** Back to the front of the queue, without an attempt counted. */
async function giveBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

function sinceFailureMs({ failedAtMs = 0 }: JobData): number {
  return Date.now() - failedAtMs;
}

function pieceSender(job: Job, data: JobData): PieceSender | undefined {
  if (data.kind !== "run" || data.isStreamed !== true) return undefined;
  return new PieceSender(job.attemptsStarted, (pieces) => job.updateProgress(pieces));
}

/** As long as the server asked, else longer each time; jitter keeps those that were refused together apart. */
function busyPauseMs(retryAfterMs: number, refusals: number): number {
  const longest = Math.min(LONGEST_BUSY_PAUSE_MS, FIRST_BUSY_PAUSE_MS * 2 ** refusals);
  return Math.max(retryAfterMs, longest * (0.5 + Math.random() / 2));
}

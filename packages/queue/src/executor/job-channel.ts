import { setTimeout as delay } from "node:timers/promises";
import { createIdFactory } from "@codo/ollama-contract";
import type { Job, JobsOptions, Queue, QueueEvents } from "bullmq";
import type { Backend } from "../connection/backend.js";
import { queueOfModel } from "../connection/queue-names.js";
import { withinMs } from "../connection/within-ms.js";
import type { JobData } from "../jobs/job-data.js";
import type { Pieces } from "../worker/piece-sender.js";

const nextId = createIdFactory();

/** As many events as the queue keeps anyway. */
const GREETING_EVENTS = 10_000;
/** Most jobs in one command. */
const BULK = 100;
/** A job of which nothing was heard is asked after; less and less often. */
const FIRST_CHECK_MS = 2_000;
const LONGEST_CHECK_MS = 60_000;
const FLUSH_MS = 5_000;

/** Who waits for a job. */
export interface JobWaiter {
  data: JobData;
  options: JobsOptions;
  completed: (outcome: unknown) => void;
  /** Failed for good. */
  failed: (reason: string, data: JobData) => void;
  pieces?: (pieces: Pieces) => void;
}

interface Pending extends JobWaiter {
  /** Milliseconds since 1970. */
  submittedAtMs: number;
  checkAtMs: number;
  checkAfterMs: number;
  /** Whether it was submitted again, because nothing was heard of it. */
  isResubmitted: boolean;
  /** Whether it had failed before it was asked for, and is tried again for who asks now. */
  isTriedAgain: boolean;
}

/**
 * One model's queue, as those see it who wait for results: it submits jobs in bulk, and hears what becomes of them from
 * the queue's events. What was missed, or lost with the queue's memory, is found by submitting again, which leaves a job
 * that is there as it is, and by looking at the job. In Redis events go missing with a connection only. In PostgreSQL
 * those of two transactions at once can, and no event says that a job was there already.
 */
export class JobChannel {
  readonly #backend: Backend;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #pending: Map<string, Pending> = new Map();
  readonly #timer: ReturnType<typeof setInterval>;
  /** Jobs that failed for good and stay in the queue's list of those. */
  readonly #failed: Set<string> = new Set();
  #toAdd: string[] = [];
  #toRemove: string[] = [];
  #flushing: Promise<void> | undefined;

  constructor(backend: Backend, model: string) {
    this.#backend = backend;
    const name = queueOfModel(model);
    this.#queue = backend.queue(name);
    this.#events = backend.events(name);
    this.#events.on("completed", ({ jobId, returnvalue }) => this.#complete(jobId, returnvalue));
    this.#events.on("failed", ({ jobId }) => this.#inspectSoon(jobId));
    this.#events.on("duplicated", ({ jobId }) => {
      // One that was submitted again is looked at anyway.
      if (this.#pending.get(jobId)?.isResubmitted === false) this.#inspectSoon(jobId, true);
    });
    this.#events.on("progress", ({ jobId, data }) => this.#pending.get(jobId)?.pieces?.(data as never));
    this.#timer = setInterval(() => this.#checkSilent(), FIRST_CHECK_MS / 2);
    this.#timer.unref();
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Resolves when no event is missed any more: the events' reader begins at some moment after it is connected. */
  async ready(): Promise<void> {
    const producer = this.#backend.producer(this.#queue.name);
    const greeting = nextId();
    const heard = new Promise<void>((resolve) => {
      this.#events.on(
        "greeting" as "error",
        ((event: { from: string }) => {
          if (event.from === greeting) resolve();
        }) as never,
      );
    });
    let isHeard = false;
    void heard.then(() => {
      isHeard = true;
    });
    for (let pauseMs = 5; !isHeard; pauseMs = Math.min(500, pauseMs * 2)) {
      await producer.publishEvent({ eventName: "greeting", from: greeting }, GREETING_EVENTS);
      await Promise.race([heard, delay(pauseMs)]);
    }
    await producer.close();
  }

  /** Submits a job and hears of it; one that is there already is not submitted twice. */
  submit(jobId: string, waiter: JobWaiter): void {
    this.#pending.set(jobId, {
      ...waiter,
      submittedAtMs: Date.now(),
      checkAtMs: performance.now() + FIRST_CHECK_MS,
      checkAfterMs: FIRST_CHECK_MS,
      isResubmitted: false,
      isTriedAgain: false,
    });
    this.#toAdd.push(jobId);
    this.#flushSoon();
  }

  /** Hears no more of a job. */
  leave(jobId: string): void {
    this.#pending.delete(jobId);
  }

  /** Removes a job; one that runs stays until it has ended. */
  remove(jobId: string): void {
    this.#failed.delete(jobId);
    this.#toRemove.push(jobId);
    this.#flushSoon();
  }

  /** Removes a job, unless it stands in the list of those that failed. */
  removeCompleted(jobId: string): void {
    if (!this.#failed.delete(jobId)) this.remove(jobId);
  }

  /** Resolves when all that was asked for until now is done. */
  async flushed(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
  }

  /** What was asked for is done, unless the queue's server is gone. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await withinMs(this.flushed(), FLUSH_MS);
  }

  #flushSoon(): void {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
      if (this.#toAdd.length + this.#toRemove.length > 0) this.#flushSoon();
    });
  }

  /** One part of each: while new jobs come without end, those that are done have to leave all the same. */
  async #flush(): Promise<void> {
    // What is asked for in the same turn goes in one command.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const removing = this.#toRemove.splice(0, BULK).map((jobId) => this.#removeNow(jobId));
    await Promise.all([this.#add(this.#toAdd.splice(0, BULK)), ...removing]);
  }

  async #add(jobIds: string[]): Promise<void> {
    const jobs = jobIds.flatMap((jobId) => {
      const pending = this.#pending.get(jobId);
      if (pending === undefined) return [];
      const { data, options } = pending;
      return [{ name: data.kind, data, opts: { ...options, jobId } }];
    });
    // What could not be submitted now is submitted again when nothing is heard of it.
    if (jobs.length > 0) await this.#queue.addBulk(jobs).catch(() => {});
    for (const jobId of jobIds) if (this.#pending.get(jobId)?.isResubmitted) this.#inspectSoon(jobId, true);
  }

  async #removeNow(jobId: string): Promise<void> {
    // A job that runs cannot be removed; its result then waits, and expires.
    await this.#queue.remove(jobId).catch(() => 0);
  }

  #complete(jobId: string, returnvalue: unknown): void {
    const pending = this.#pending.get(jobId);
    if (pending === undefined) return;
    this.#pending.delete(jobId);
    pending.completed(returnvalue);
  }

  #inspectSoon(jobId: string, mayBeOld = false): void {
    if (this.#pending.has(jobId)) this.#inspect(jobId, mayBeOld).catch(() => {});
  }

  /** @param mayBeOld whether the job may have failed before it was asked for now */
  async #inspect(jobId: string, mayBeOld: boolean): Promise<void> {
    const job: Job | undefined = await this.#queue.getJob(jobId);
    const pending = this.#pending.get(jobId);
    if (job?.finishedOn === undefined || pending === undefined) return;
    if (!(await job.isFailed())) return this.#complete(jobId, job.returnvalue);
    // It failed before it was asked for now: asking again is to try again.
    if (mayBeOld && job.timestamp < pending.submittedAtMs && !pending.isTriedAgain) {
      pending.isTriedAgain = true;
      return await tryAgain(job);
    }
    if (!this.#pending.delete(jobId)) return;
    this.#failed.add(jobId);
    pending.failed(job.failedReason ?? "", job.data as JobData);
  }

  #checkSilent(): void {
    const nowMs = performance.now();
    for (const [jobId, pending] of this.#pending) {
      if (pending.checkAtMs > nowMs) continue;
      pending.checkAfterMs = Math.min(LONGEST_CHECK_MS, pending.checkAfterMs * 2);
      pending.checkAtMs = nowMs + pending.checkAfterMs;
      pending.isResubmitted = true;
      this.#toAdd.push(jobId);
    }
    if (this.#toAdd.length > 0) this.#flushSoon();
  }
}

async function tryAgain(job: Job): Promise<void> {
  await job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true });
}

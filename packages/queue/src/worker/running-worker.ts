import { OllamaError } from "@codo/ollama-contract";
import type { QueueEvents, Worker } from "bullmq";
import type { Backend } from "../connection/backend.js";
import { CONTROL_QUEUE, queueOfModel, shortModelName } from "../connection/queue-names.js";
import { withinMs } from "../connection/within-ms.js";
import { Fleet } from "../fleet/fleet.js";
import { HEARTBEAT_MS, serves, type WorkerRecord } from "../fleet/worker-record.js";
import { RETENTION } from "../jobs/retention.js";
import { HostWatch } from "./host-watch.js";
import { JobRunner } from "./job-runner.js";
import { Meter } from "./meter.js";
import { Slots } from "./slots.js";
import type { QueueWorker, WorkerEvent, WorkerOptions } from "./worker-options.js";

/** A worker that vanishes is no fault of its prompt: it is given to the next one again and again. */
const MAX_STALLED = 100;
/** After a lost connection the next job is asked for again so soon; BullMQ's own 15 s would leave servers idle. */
const RETRY_FETCH_MS = 500;
/** A worker that has nothing to do looks so often for a job whose turn has come, should nothing have told it. */
const IDLE_LOOK_SECONDS = 2;
/** Completed jobs are counted by the minute; only the total is used. */
const METRICS = { maxDataPoints: 60 };

interface RunningWorkerInit {
  id: string;
  host: string;
  backend: Backend;
  options: WorkerOptions;
}

/** One server's worker: a BullMQ worker for each model, which share the places at the server. */
export class RunningWorker implements QueueWorker {
  readonly id: string;
  readonly host: string;
  readonly #backend: Backend;
  readonly #options: WorkerOptions;
  readonly #fleet: Fleet;
  readonly #slots: Slots;
  readonly #watch: HostWatch;
  readonly #meter = new Meter();
  readonly #jobs: JobRunner;
  readonly #workers: Map<string, Worker> = new Map();
  /** Workers of models that its server no longer has, while they finish what runs. */
  readonly #leaving: Set<Promise<void>> = new Set();
  readonly #control: QueueEvents;
  #others: { atMs: number; records: Promise<WorkerRecord[]> } | undefined;
  readonly #steppedBack: Map<string, ReturnType<typeof setTimeout>> = new Map();
  #reading: Promise<void> | undefined;
  /** Of its models those whose digest its server says. */
  #digests: Record<string, string> = {};
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ id, host, backend, options }: RunningWorkerInit) {
    this.id = id;
    this.host = host;
    this.#backend = backend;
    this.#options = options;
    this.#fleet = new Fleet(backend);
    this.#slots = new Slots(options.concurrency ?? "auto", () => this.#share());
    this.#watch = new HostWatch(options.executor, {
      probeMs: options.probeMs ?? 1_000,
      onChange: (isUp, reason) => this.#onHostChange(isUp, reason),
    });
    this.#jobs = new JobRunner({
      executor: options.executor,
      host,
      slots: this.#slots,
      watch: this.#watch,
      meter: this.#meter,
      hasOtherHost: (model, but) => this.#hasOtherHost(model, but),
      stepBack: (model, forMs) => this.#stepBack(model, forMs),
      report: (event) => this.#report(event),
    });
    this.#control = backend.events(CONTROL_QUEUE);
    // A name of our own: BullMQ's types know only its own events.
    this.#control.on("cancel" as "error", ((event: { jobId: string }) => this.#jobs.cancel(event.jobId)) as never);
  }

  get models(): readonly string[] {
    return [...this.#workers.keys()];
  }

  /** @throws OllamaError `MODEL_NOT_FOUND` where there is no model to take prompts for */
  async start(): Promise<void> {
    await this.#control.waitUntilReady();
    await this.#readModels();
    if (this.#workers.size === 0) {
      const what = `The worker has no model to take prompts for: ${this.host} has none installed.`;
      throw new OllamaError("MODEL_NOT_FOUND", what, {
        advice: "Pull one there, or name the models.",
        details: { queue: true },
      });
    }
    await this.#note();
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    await Promise.all([...this.#workers.values()].map((worker) => worker.waitUntilReady()));
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async abort(): Promise<void> {
    this.#jobs.abort();
    await this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #end(): Promise<void> {
    void this.#note("draining");
    await Promise.all([...this.#leaving, ...[...this.#workers.values()].map((worker) => worker.close())]);
    clearInterval(this.#heartbeat);
    for (const timer of this.#steppedBack.values()) clearTimeout(timer);
    this.#watch.close();
    await this.#fleet.workers.remove(this.id).catch(() => {});
    await this.#backend.close();
  }

  /** Two beats at once share one question. */
  #readModels(): Promise<void> {
    this.#reading ??= this.#takeModels().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #takeModels(): Promise<void> {
    const { models } = this.#options;
    const listed = typeof models === "function" ? await models() : models;
    if (this.#closing !== undefined) return;
    const served = listed.map((model) => (typeof model === "string" ? { name: model } : model));
    const wanted = new Map(served.map(({ name, digest }) => [shortModelName(name), digest]));
    this.#digests = Object.fromEntries([...wanted].flatMap(([name, digest]) => (digest ? [[name, digest]] : [])));
    const gone = [...this.#workers].filter(([model]) => !wanted.has(model));
    const added = [...wanted.keys()].filter((model) => !this.#workers.has(model));
    for (const [model, worker] of gone) {
      this.#workers.delete(model);
      const leaving = worker.close().finally(() => this.#leaving.delete(leaving));
      this.#leaving.add(leaving);
    }
    for (const model of added) await this.#serve(model);
    if (gone.length + added.length > 0) this.#report({ type: "models", models: [...wanted.keys()] });
  }

  async #serve(model: string): Promise<void> {
    await this.#fleet.addModel(model);
    if (this.#closing !== undefined) return;
    const { lockDurationMs = 15_000 } = this.#options;
    const worker = this.#backend.worker(queueOfModel(model), (job, token) => this.#jobs.process(job, token), {
      name: this.id,
      concurrency: this.#slots.size,
      lockDuration: lockDurationMs,
      stalledInterval: Math.max(500, lockDurationMs / 3),
      maxStalledCount: MAX_STALLED,
      runRetryDelay: RETRY_FETCH_MS,
      drainDelay: IDLE_LOOK_SECONDS,
      metrics: METRICS,
      ...RETENTION,
    });
    this.#workers.set(model, worker);
    if (!this.#watch.isUp) await worker.pause(true);
  }

  /** Each model's worker may fill all places; the places themselves keep all of them within the limit. */
  #share(): void {
    for (const worker of this.#workers.values()) worker.concurrency = this.#slots.size;
  }

  #onHostChange(isUp: boolean, reason: string): void {
    this.#report(isUp ? { type: "up", host: this.host } : { type: "down", host: this.host, reason });
    for (const worker of this.#workers.values()) {
      if (isUp) void worker.resume();
      else void worker.pause(true);
    }
    void this.#beat();
  }

  /** Lets other workers take what comes next for a model. */
  #stepBack(model: string, forMs: number): void {
    const name = shortModelName(model);
    const worker = this.#workers.get(name);
    clearTimeout(this.#steppedBack.get(name));
    void worker?.pause(true);
    const timer = setTimeout(() => {
      if (this.#watch.isUp && this.#closing === undefined) void worker?.resume();
    }, forMs);
    this.#steppedBack.set(name, timer);
  }

  async #hasOtherHost(model: string, but: readonly string[]): Promise<boolean> {
    const records = await this.#freshWorkers();
    return records.some((record) => {
      return !but.includes(record.host) && record.state === "up" && serves(record, model);
    });
  }

  #freshWorkers(): Promise<WorkerRecord[]> {
    const nowMs = performance.now();
    if (this.#others === undefined || nowMs - this.#others.atMs > HEARTBEAT_MS) {
      const records = this.#fleet.liveWorkers();
      records.catch(() => {
        this.#others = undefined;
      });
      this.#others = { atMs: nowMs, records };
    }
    return this.#others.records;
  }

  async #beat(): Promise<void> {
    // A server that does not list its models keeps those that it had; one that is gone is noticed by its jobs. The worker
    // says that it lives, however long the list takes.
    if (this.#watch.isUp && this.#closing === undefined)
      await withinMs(this.#readModels().catch(this.#onUnread), HEARTBEAT_MS);
    await this.#note();
  }

  readonly #onUnread = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#watch.isUp) this.#backend.warnings.report(`The models of ${this.host} could not be read: ${reason}`);
  };

  /** Writes the worker's record. */
  async #note(state: WorkerRecord["state"] = this.#watch.isUp ? "up" : "down"): Promise<void> {
    try {
      const isUp = state === "up";
      const loaded = isUp ? await this.#options.executor.listLoaded({ timeouts: { totalMs: 2_000 } }) : [];
      const digests = isUp ? this.#digests : {};
      await this.#fleet.workers.put(this.id, { ...this.#record(this.#closing ? "draining" : state), loaded, digests });
    } catch (error) {
      // The next beat tries again.
      this.#backend.warnings.report(error as Error);
    }
  }

  #record(state: WorkerRecord["state"]): Omit<WorkerRecord, "loaded" | "digests"> {
    return {
      schemaVersion: 1,
      id: this.id,
      host: this.host,
      models: [...this.#workers.keys()],
      state,
      running: this.#slots.running,
      concurrency: this.#slots.size,
      completed: this.#jobs.completed,
      failed: this.#jobs.failed,
      ...this.#meter.rates(),
      seenAtMs: Date.now(),
    };
  }

  #report(event: WorkerEvent): void {
    this.#options.onEvent?.(event);
  }
}

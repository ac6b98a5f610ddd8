import { ApiError } from "../http/api-error.js";
import type { InferenceProcess, StartInference } from "../inference/inference-contract.js";
import type { LocalModel } from "../store/local-model.js";
import { nowNs } from "../wire/timestamp.js";
import { LoadQueue } from "./load-queue.js";
import { type LoadedModel, type LoadPlan, samePlan } from "./loaded-model.js";
import { isResponsive } from "./process-health.js";

const LONGEST_TIMER_MS = 2_147_483_647;

/** Limits of a scheduler. */
export interface SchedulerOptions {
  startInference: StartInference;
  parallel: number;
  maxQueue: number;
  maxLoadedModels: number;
  keepAliveMs: number;
}

/** The right to use a loaded model until it is given back. */
export interface Lease {
  readonly process: InferenceProcess;
  release(): void;
}

/** What a request needs of a model. */
export interface LeaseRequest {
  model: LocalModel;
  plan: LoadPlan;
  /** How long to keep the model afterwards, in milliseconds; absent is the engine's own setting. */
  keepAliveMs?: number | undefined;
}

/** Keeps models in memory: loads them when they are asked for, and unloads them when their time is over. */
export class ModelScheduler {
  readonly #options: SchedulerOptions;
  readonly #loaded = new Map<string, LoadedModel>();
  readonly #ending = new Set<Promise<void>>();
  readonly #queue: LoadQueue;
  /** Requests that wait for their model, and whether it was asked to go meanwhile. */
  readonly #arriving = new Map<LeaseRequest, { isExpired: boolean }>();
  readonly #stopped = new AbortController();

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#queue = new LoadQueue(options.maxQueue);
  }

  /** The models in memory. */
  get loaded(): LoadedModel[] {
    return [...this.#loaded.values()];
  }

  /**
   * Makes sure that a model is in memory and holds it there. Waits while another model has to be loaded or unloaded
   * first; a request that finds its model loaded overtakes those that wait.
   * @throws ApiError (503) when too many wait already
   */
  async acquire(request: LeaseRequest, signal: AbortSignal): Promise<Lease> {
    const ready = this.#ready(request);
    if (ready !== undefined) {
      if (this.#waiting() >= this.#options.maxQueue && ready.users >= this.#options.parallel) throw busy();
      const lease = this.#hold(ready, request);
      let isFit = false;
      try {
        isFit = await isResponsive(ready.process, signal, { inUse: ready.users > 1 });
      } finally {
        if (!isFit) lease.release();
      }
      if (isFit) return lease;
      void this.#end(ready);
    }
    return await this.#arrive(request, () =>
      this.#queue.run(() => this.#load(request, AbortSignal.any([signal, this.#stopped.signal])), signal, busy),
    );
  }

  /** Lets a model go: at once, or as soon as nobody uses it any more; those that wait for it still get it. */
  expire(model: LocalModel): void {
    for (const [request, arrival] of this.#arriving) {
      if (request.model.digest === model.digest) arrival.isExpired = true;
    }
    const loaded = this.#loaded.get(model.digest);
    if (loaded === undefined) return;
    loaded.keepAliveMs = 0;
    if (loaded.users === 0) void this.#end(loaded);
  }

  /** Ends all processes; nothing can be loaded afterwards. */
  async stop(): Promise<void> {
    this.#stopped.abort(new ApiError(503, "the server is stopping"));
    await Promise.all(this.loaded.map((loaded) => this.#end(loaded)));
    await Promise.all(this.#ending);
  }

  async #arrive(request: LeaseRequest, load: () => Promise<Lease>): Promise<Lease> {
    this.#arriving.set(request, { isExpired: false });
    try {
      return await load();
    } finally {
      this.#arriving.delete(request);
    }
  }

  #ready({ model, plan }: LeaseRequest): LoadedModel | undefined {
    const loaded = this.#loaded.get(model.digest);
    return loaded !== undefined && samePlan(loaded.plan, plan) ? loaded : undefined;
  }

  async #load(request: LeaseRequest, signal: AbortSignal): Promise<Lease> {
    for (;;) {
      signal.throwIfAborted();
      const ready = this.#ready(request);
      if (ready !== undefined) return this.#hold(ready, request);
      const inTheWay = this.#loaded.get(request.model.digest) ?? this.#leastWanted();
      if (inTheWay === undefined) return this.#hold(await this.#start(request, signal), request);
      await this.#makeWay(inTheWay, signal);
    }
  }

  async #start({ model, plan }: LeaseRequest, signal: AbortSignal): Promise<LoadedModel> {
    const { numCtx, ...rest } = plan;
    const process = await this.#options.startInference(
      {
        modelPath: model.modelPath,
        ...(model.adapterPaths.length > 0 && { adapterPaths: model.adapterPaths }),
        ...(model.projectorPaths[0] !== undefined && { projectorPath: model.projectorPaths[0] }),
        numCtx,
        parallel: this.#options.parallel,
        embedding: model.facts.embedding,
        ...(model.facts.embedding && !model.facts.hasPooling && { pooling: "mean" as const }),
        ...rest,
      },
      signal,
    );
    const { keepAliveMs } = this.#options;
    const loaded: LoadedModel = { model, plan, process, users: 0, keepAliveMs, idleSinceNs: nowNs() };
    this.#loaded.set(model.digest, loaded);
    void process.exited.then(() => this.#end(loaded));
    return loaded;
  }

  #hold(loaded: LoadedModel, request: LeaseRequest): Lease {
    clearTimeout(loaded.timer);
    loaded.users++;
    // An unload that came after the request, while its model was loading, goes before what the request says.
    const isExpired = this.#arriving.get(request)?.isExpired === true;
    loaded.keepAliveMs = isExpired ? 0 : (request.keepAliveMs ?? this.#options.keepAliveMs);
    loaded.idleSinceNs = nowNs();
    let isHeld = true;
    return {
      process: loaded.process,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#letGo(loaded);
      },
    };
  }

  #letGo(loaded: LoadedModel): void {
    loaded.users--;
    loaded.idleSinceNs = nowNs();
    if (loaded.users > 0 || loaded.ending !== undefined) return;
    this.#queue.changed();
    if (loaded.keepAliveMs === 0) void this.#end(loaded);
    else if (loaded.keepAliveMs > 0) {
      const delay = Math.min(loaded.keepAliveMs, LONGEST_TIMER_MS);
      loaded.timer = setTimeout(() => void this.#end(loaded), delay).unref();
    }
  }

  /** Which model goes when there are as many as there may be: an idle one, the one with the least time left first. */
  #leastWanted(): LoadedModel | undefined {
    if (this.#loaded.size < this.#options.maxLoadedModels) return undefined;
    const rank = (loaded: LoadedModel): number =>
      loaded.keepAliveMs < 0 ? Number.POSITIVE_INFINITY : loaded.keepAliveMs;
    return this.loaded.sort((a, b) => Number(a.users > 0) - Number(b.users > 0) || rank(a) - rank(b))[0];
  }

  async #makeWay(loaded: LoadedModel, signal: AbortSignal): Promise<void> {
    loaded.keepAliveMs = 0;
    if (loaded.users === 0) await this.#end(loaded);
    else await this.#queue.untilChange(signal);
  }

  #end(loaded: LoadedModel): Promise<void> {
    if (loaded.ending !== undefined) return loaded.ending;
    clearTimeout(loaded.timer);
    if (this.#loaded.get(loaded.model.digest) === loaded) this.#loaded.delete(loaded.model.digest);
    const ending = loaded.process
      .stop()
      .catch(() => {})
      .then(() => {
        this.#ending.delete(ending);
        this.#queue.changed();
      });
    loaded.ending = ending;
    this.#ending.add(ending);
    return ending;
  }

  #waiting(): number {
    const forSequences = this.loaded.reduce((sum, { users }) => sum + Math.max(0, users - this.#options.parallel), 0);
    return forSequences + this.#queue.waiting;
  }
}

function busy(): ApiError {
  // The two spaces are the real server's.
  return new ApiError(503, "server busy, please try again.  maximum pending requests exceeded");
}

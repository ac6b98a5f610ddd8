import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { InferenceProcess, LoadOptions } from "../inference/inference-contract.js";
import type { LocalModel } from "../store/local-model.js";
import { type Lease, ModelScheduler, type SchedulerOptions } from "./model-scheduler.js";

/** Processes that compute nothing, but start, answer and end as real ones do. */
class Processes {
  readonly started: LoadOptions[] = [];
  readonly alive = new Set<string>();
  /** Answers nothing for now. */
  isBusy = false;
  readonly #exits = new Map<string, () => void>();

  readonly start = async (options: LoadOptions): Promise<InferenceProcess> => {
    this.started.push(options);
    this.alive.add(options.modelPath);
    let exit = (): void => {};
    const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      exit = () => {
        this.alive.delete(options.modelPath);
        resolve({ code: null, signal: "SIGKILL" });
      };
    });
    this.#exits.set(options.modelPath, exit);
    return {
      pid: this.started.length,
      info: {
        numCtx: options.numCtx,
        trainContextLength: 2048,
        embeddingLength: 1,
        sizeBytes: 1,
        vramBytes: 0,
        takesMedia: false,
        computedBy: "",
      },
      exited,
      tokenize: async () => {
        if (!this.alive.has(options.modelPath)) throw new Error("the process is gone");
        if (this.isBusy) await new Promise(() => {});
        return [];
      },
      detokenize: async () => "",
      embed: async () => ({ vectors: [], promptCount: 0 }),
      generate: () => {
        throw new Error("nothing is generated here");
      },
      stop: async () => exit(),
    };
  };

  kill(path: string): void {
    this.#exits.get(path)?.();
  }
}

function scheduler(processes: Processes, options: Partial<SchedulerOptions> = {}): ModelScheduler {
  return new ModelScheduler({
    startInference: processes.start,
    parallel: 1,
    maxQueue: 512,
    maxLoadedModels: 1,
    keepAliveMs: -1,
    ...options,
  });
}

function request(name: string, numCtx = 256, keepAliveMs?: number) {
  const model = {
    digest: name,
    modelPath: name,
    adapterPaths: [] as string[],
    projectorPaths: [] as string[],
    facts: { embedding: false },
  } as LocalModel;
  return { model, plan: { numCtx }, keepAliveMs };
}

const forever = new AbortController().signal;

describe("a scheduler", () => {
  it("loads a model once, and keeps it", async () => {
    const processes = new Processes();
    const models = scheduler(processes);
    (await models.acquire(request("a"), forever)).release();
    (await models.acquire(request("a"), forever)).release();
    expect(processes.started).toHaveLength(1);
    expect(models.loaded.map(({ users }) => users)).toEqual([0]);
    await models.stop();
    expect([...processes.alive]).toEqual([]);
  });

  it("loads anew for another context window, once nobody uses the old one", async () => {
    const processes = new Processes();
    const models = scheduler(processes);
    const first = await models.acquire(request("a", 256), forever);
    const second = models.acquire(request("a", 512), forever);
    await turn();
    expect(processes.started).toHaveLength(1);
    first.release();
    (await second).release();
    expect(processes.started.map(({ numCtx }) => numCtx)).toEqual([256, 512]);
  });

  it("lets an idle model go for another when there may be no more", async () => {
    const processes = new Processes();
    const models = scheduler(processes, { maxLoadedModels: 2 });
    const inUse = await models.acquire(request("a"), forever);
    (await models.acquire(request("b"), forever)).release();
    (await models.acquire(request("c"), forever)).release();
    expect([...processes.alive]).toEqual(["a", "c"]);
    inUse.release();
  });

  it("waits for a model in use, and tells those who come too many", async () => {
    const processes = new Processes();
    const models = scheduler(processes, { maxQueue: 1 });
    const running = await models.acquire(request("a"), forever);
    const waits = models.acquire(request("b"), forever);
    const queued = models.acquire(request("c"), forever);
    await expect(models.acquire(request("d"), forever)).rejects.toMatchObject({
      status: 503,
      message: "server busy, please try again.  maximum pending requests exceeded",
    });
    running.release();
    (await waits).release();
    (await queued).release();
    expect(processes.started.map(({ modelPath }) => modelPath)).toEqual(["a", "b", "c"]);
  });

  it("counts those who wait for a sequence of a loaded model", async () => {
    const models = scheduler(new Processes(), { maxQueue: 1 });
    const held: Lease[] = [];
    for (let count = 0; count < 2; count++) held.push(await models.acquire(request("a"), forever));
    await expect(models.acquire(request("a"), forever)).rejects.toMatchObject({ status: 503 });
    for (const lease of held) lease.release();
    (await models.acquire(request("a"), forever)).release();
  });

  it("forgets who leaves the queue, at once", async () => {
    const models = scheduler(new Processes(), { maxQueue: 1 });
    const running = await models.acquire(request("a"), forever);
    const leaver = new AbortController();
    const waits = models.acquire(request("b"), leaver.signal);
    const queued = models.acquire(request("c"), leaver.signal);
    leaver.abort(new Error("left"));
    await expect(waits).rejects.toThrow("left");
    await expect(queued).rejects.toThrow("left");
    const next = models.acquire(request("d"), forever);
    running.release();
    (await next).release();
  });

  it("keeps a process whose health was being asked for by a client that leaves", async () => {
    const processes = new Processes();
    const models = scheduler(processes, { parallel: 4 });
    const running = await models.acquire(request("a"), forever);
    processes.isBusy = true;
    const leaver = new AbortController();
    const asked = models.acquire(request("a"), leaver.signal);
    leaver.abort(new Error("left"));
    await expect(asked).rejects.toThrow("left");
    await expect(models.acquire(request("a"), leaver.signal)).rejects.toThrow("left");
    expect([...processes.alive]).toEqual(["a"]);
    expect(models.loaded.map(({ users }) => users)).toEqual([1]);
    running.release();
  });

  it("starts another process when the first has died", async () => {
    const processes = new Processes();
    const models = scheduler(processes);
    (await models.acquire(request("a"), forever)).release();
    processes.kill("a");
    (await models.acquire(request("a"), forever)).release();
    expect(processes.started).toHaveLength(2);
  });

  it("unloads after the keep-alive, or as soon as nobody uses it any more", async () => {
    const processes = new Processes();
    const models = scheduler(processes);
    (await models.acquire(request("a", 256, 5), forever)).release();
    await expect.poll(() => processes.alive.size).toBe(0);
    const lease = await models.acquire(request("b"), forever);
    models.expire({ digest: "b" } as LocalModel);
    expect([...processes.alive]).toEqual(["b"]);
    lease.release();
    await expect.poll(() => processes.alive.size).toBe(0);
  });

  it("unloads a model that was asked to go while it was loading, and every request that came before gets it", async () => {
    const processes = new Processes();
    let loadNow = (): void => {};
    const mayLoad = new Promise<void>((resolve) => {
      loadNow = resolve;
    });
    const startInference: SchedulerOptions["startInference"] = async (options) => {
      await mayLoad;
      return await processes.start(options);
    };
    const models = scheduler(processes, { startInference });
    const before = [models.acquire(request("a", 256, 60_000), forever), models.acquire(request("a"), forever)];
    await turn();
    models.expire({ digest: "a" } as LocalModel);
    models.expire({ digest: "b" } as LocalModel);
    loadNow();
    const leases = await Promise.all(before);
    expect(processes.started).toHaveLength(1);
    leases[0]?.release();
    expect([...processes.alive]).toEqual(["a"]);
    leases[1]?.release();
    expect([...processes.alive]).toEqual([]);
    expect(models.loaded).toEqual([]);
    // Whoever asks afterwards decides anew.
    (await models.acquire(request("a", 256, -1), forever)).release();
    expect([...processes.alive]).toEqual(["a"]);
    await models.stop();
  });

  it("starts nothing once it has stopped", async () => {
    const processes = new Processes();
    const models = scheduler(processes);
    await models.stop();
    await expect(models.acquire(request("a"), forever)).rejects.toMatchObject({ status: 503 });
    expect(processes.started).toEqual([]);
  });
});

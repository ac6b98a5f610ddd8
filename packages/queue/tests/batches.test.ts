import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelRunner } from "@codo/ollama-runner";
import { type RedisServer, startRedis } from "@codo/test-utils/redis";
import { needsTools } from "@codo/test-utils/tools";
import { Queue } from "bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeOllama, type RunningFake, startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import {
  collectBatch,
  collectIntoJournal,
  createQueueExecutor,
  createWorker,
  type QueueConnection,
  submitBatch,
  type WorkerOptions,
} from "../src/index.js";

needsTools("redis-server");

/** Under load much takes longer; what comes is seen at once. */
const SOON = { interval: 5, timeout: 20_000 };
const MODEL = "m:latest";
const PROMPTS = Array.from({ length: 40 }, (_, index) => (index % 4 === 0 ? "again" : `prompt ${index}`));

let redis: RedisServer;
let fleets = 0;
let connection: QueueConnection;
let folder: string;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  connection = { connection: redis.url, name: `fleet-${fleets++}` };
  folder = await mkdtemp(join(tmpdir(), "codo-queue-"));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startHost(
  fake: FakeOllama = {},
  options: Partial<WorkerOptions> = {},
): Promise<RunningFake & { stopWorker: () => Promise<void> }> {
  const host = await startFakeOllama({ serviceMs: 1, ...fake });
  const worker = await createWorker({
    ...connection,
    executor: host.executor,
    models: [MODEL],
    host: host.url,
    concurrency: 4,
    probeMs: 50,
    ...options,
  });
  closers.push(() => host.close());
  closers.push(() => worker.abort());
  return Object.assign(host, { stopWorker: () => worker.close() });
}

function openExecutor(options: object = {}) {
  const executor = createQueueExecutor({ ...connection, ...options });
  closers.push(() => executor.close());
  return executor;
}

async function counts(): Promise<Record<string, number>> {
  const queue = new Queue(encodeURIComponent(MODEL), {
    connection: { url: redis.url },
    prefix: connection.name ?? "codo",
  });
  const found = await queue.getJobCounts("wait", "active", "delayed", "completed", "failed");
  await queue.close();
  return found;
}

async function keysOf(journal: string): Promise<string[]> {
  const lines = (await readFile(journal, "utf8")).trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
}

const generations = (...hosts: RunningFake[]): number =>
  hosts.flatMap(({ requests }) => requests).filter(({ path }) => path === "/api/generate").length;

describe("runBatch over a queue", () => {
  it("gives each result once and in order, from two hosts, and leaves nothing in the queue", async () => {
    const hosts = [await startHost(), await startHost()];
    const journal = join(folder, "journal.jsonl");
    const executor = openExecutor();
    const results = await new ModelRunner(executor).runBatch(MODEL, PROMPTS, {}, { journal });
    expect(results.map(({ response }) => response)).toEqual(PROMPTS);
    expect(generations(...hosts)).toBe(PROMPTS.length);
    expect(new Set(results.map(({ metadata }) => metadata.host))).toEqual(new Set(hosts.map(({ url }) => url)));
    expect(new Set(await keysOf(journal)).size).toBe(PROMPTS.length);
    await expect.poll(counts, SOON).toEqual({ wait: 0, active: 0, delayed: 0, completed: 0, failed: 0 });
  });

  it("takes over from a submitter that vanished without asking for anything twice", async () => {
    const host = await startHost({ serviceMs: 5 }, { concurrency: 2 });
    const [journal, lost] = [join(folder, "journal.jsonl"), join(folder, "lost.jsonl")];
    const vanished = openExecutor();
    const stop = new AbortController();
    const { signal } = stop;
    const first = new ModelRunner(vanished).runBatch(MODEL, PROMPTS, {}, { journal: lost, signal });
    await expect.poll(() => generations(host), SOON).toBeGreaterThan(5);
    // Its connections end as they do with a process: nothing is taken back.
    await vanished.close();
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    const results = await new ModelRunner(openExecutor()).runBatch(MODEL, PROMPTS, {}, { journal });
    expect(results.map(({ response }) => response)).toEqual(PROMPTS);
    // What the first one wrote down has left the queue.
    expect(generations(host)).toBeLessThanOrEqual(PROMPTS.length + (await keysOf(lost)).length);
  });

  it("goes on when its Redis was killed and started again", async () => {
    const host = await startHost({ serviceMs: 5 }, { concurrency: 2, lockDurationMs: 1_500 });
    const journal = join(folder, "journal.jsonl");
    const running = new ModelRunner(openExecutor()).runBatch(MODEL, PROMPTS, {}, { journal });
    await expect.poll(() => generations(host), SOON).toBeGreaterThan(5);
    await redis.kill();
    await redis.restart();
    const results = await running;
    expect(results.map(({ response }) => response)).toEqual(PROMPTS);
    expect(new Set(await keysOf(journal)).size).toBe(PROMPTS.length);
  });
});

describe("what becomes of a prompt that fails", () => {
  it("fails once by its own fault, with its typed error, and stands in the list of those given up", async () => {
    const host = await startHost({ models: ["other"] });
    const executor = openExecutor();
    const [result] = await new ModelRunner(executor).runBatch(MODEL, ["a"], {}, { journal: join(folder, "j.jsonl") });
    expect(result).toMatchObject({ success: false, metadata: { error: { code: "MODEL_NOT_FOUND" }, host: host.url } });
    expect(generations(host)).toBe(1);
    expect(await counts()).toMatchObject({ failed: 1, completed: 0 });
  });

  it("is tried again on another host where one breaks its answers off", async () => {
    const broken = await startHost({ fault: ({ path }) => (path === "/api/generate" ? "no-end" : undefined) });
    const sound = await startHost({}, { concurrency: 1 });
    const results = await new ModelRunner(openExecutor()).runBatch(MODEL, ["a", "b", "c", "d"], {});
    expect(results.map(({ response, metadata }) => [response, metadata.host])).toEqual(
      ["a", "b", "c", "d"].map((prompt) => [prompt, sound.url]),
    );
    expect(generations(broken)).toBeLessThanOrEqual(4);
  });

  it("goes to another host when its own dies, without an attempt counted", async () => {
    const dying = await startHost({ serviceMs: 200 });
    const running = new ModelRunner(openExecutor()).runBatch(MODEL, ["a", "b"], {}, {});
    await expect.poll(() => generations(dying), SOON).toBe(2);
    await dying.close();
    const other = await startHost();
    expect((await running).map(({ metadata }) => metadata.host)).toEqual([other.url, other.url]);
  });

  it("waits at a server that is too busy", async () => {
    const host = await startHost({
      fault: ({ path }, count) => (path === "/api/generate" && count < 5 ? "busy" : undefined),
    });
    const results = await new ModelRunner(openExecutor()).runBatch(MODEL, ["a", "b"], {}, {});
    expect(results.map(({ response }) => response)).toEqual(["a", "b"]);
    expect(generations(host)).toBeGreaterThan(2);
  });

  it("is left alone by a worker that cannot read it, which says so", async () => {
    const queue = new Queue(encodeURIComponent(MODEL), {
      connection: { url: redis.url },
      prefix: connection.name ?? "",
    });
    closers.push(() => queue.close());
    await queue.add(
      "run",
      { schemaVersion: 2, kind: "run", request: { model: MODEL, prompt: "a" } },
      { jobId: "b.new" },
    );
    const told: unknown[] = [];
    const host = await startHost({}, { onEvent: (event) => told.push(event) });
    await expect.poll(counts, SOON).toMatchObject({ delayed: 1, failed: 0 });
    expect(told).toContainEqual(expect.objectContaining({ type: "unreadable", jobId: "b.new" }));
    expect(generations(host)).toBe(0);
  });
});

describe("a batch that is submitted and left", () => {
  const batch = () => ({ ...connection, model: MODEL, inputs: PROMPTS });

  it("is the same batch when it is submitted again, and is collected into one line for each item", async () => {
    const first = await submitBatch(batch());
    expect(await submitBatch(batch())).toEqual(first);
    expect(await counts()).toMatchObject({ wait: PROMPTS.length });
    const host = await startHost();
    const journal = join(folder, "journal.jsonl");
    expect(await collectIntoJournal({ ...connection, id: first.id, journal })).toMatchObject({
      collected: PROMPTS.length,
      failed: 0,
    });
    expect((await collectIntoJournal({ ...connection, id: first.id, journal })).collected).toBe(0);
    expect(new Set(await keysOf(journal)).size).toBe(PROMPTS.length);
    expect(await submitBatch({ ...batch(), journal })).toMatchObject({ submitted: 0, restored: PROMPTS.length });
    const again = await new ModelRunner(openExecutor()).runBatch(MODEL, PROMPTS, {}, { journal });
    expect(again.map(({ response }) => response)).toEqual(PROMPTS);
    expect(generations(host)).toBe(PROMPTS.length);
    expect(await counts()).toMatchObject({ completed: 0, failed: 0 });
  });

  it("gives its results to several who keep them in the queue", async () => {
    const { id } = await submitBatch(batch());
    await startHost();
    for (const _ of [1, 2]) {
      const found: [number, string][] = [];
      for await (const { index, result } of collectBatch({ ...connection, id, keep: true })) {
        found.push([index, result.response]);
      }
      expect(found.sort(([a], [b]) => a - b)).toEqual(PROMPTS.map((prompt, index) => [index, prompt]));
    }
  });

  it("never stands in the queue with more than the high-water mark and one part", async () => {
    const many = Array.from({ length: 600 }, (_, index) => `prompt ${index}`);
    const id = "b-many";
    let most = 0;
    const submitting = submitBatch({
      ...batch(),
      id,
      inputs: many,
      highWater: 200,
      onProgress: async () => {
        const { wait = 0, active = 0, completed = 0 } = await counts();
        most = Math.max(most, wait + active + completed);
      },
    });
    await startHost({ serviceMs: 0 }, { concurrency: 16 });
    await expect.poll(counts, SOON).toMatchObject({ completed: expect.any(Number) });
    const found = new Set<string>();
    for await (const { key } of collectBatch({ ...connection, id })) found.add(key);
    await submitting;
    expect(found.size).toBe(many.length);
    expect(most).toBeGreaterThan(100);
    expect(most).toBeLessThanOrEqual(200);
  });

  it("names the reason where the queue has no such batch", async () => {
    const collecting = collectBatch({ ...connection, id: "b-none" });
    await expect(collecting.next()).rejects.toMatchObject({ code: "INVALID_REQUEST", message: /no batch "b-none"/ });
  });
});

import { OllamaError } from "@codo/ollama-contract";
import { OllamaClient } from "@codo/ollama-core";
import { afterEach, describe, expect, it } from "vitest";
import { createHostPool, type HostStatus, ModelRunner } from "../src/index.js";
import { type FakeOllama, type RunningFake, startFakeOllama } from "./fake-ollama.fixture.js";

const running: RunningFake[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((fake) => fake.close()));
});

async function start(fake: FakeOllama = {}): Promise<RunningFake> {
  const started = await startFakeOllama(fake);
  running.push(started);
  return started;
}

const generations = (fake: RunningFake): number => fake.requests.filter(({ path }) => path === "/api/generate").length;
const prompts = (count: number): string[] => Array.from({ length: count }, (_, index) => `prompt ${index}`);

describe("createHostPool", () => {
  it("shares work evenly between equal hosts, and says where it ran", async () => {
    const [a, b] = [await start({ serviceMs: 5 }), await start({ serviceMs: 5 })];
    const runner = new ModelRunner(createHostPool([a.url, { host: b.url, name: "second" }]));
    const results = await runner.runBatch("m", prompts(40), {}, { concurrency: 8 });
    expect(results.every((result) => result.success)).toBe(true);
    expect(generations(a) + generations(b)).toBe(40);
    expect(Math.abs(generations(a) - generations(b))).toBeLessThan(16);
    expect(new Set(results.map((result) => result.metadata.host))).toEqual(new Set([a.url, "second"]));
  });

  it("gives handles that can be visited, with the events of an iteration", async () => {
    const { url } = await start();
    const handle = createHostPool([url]).execute({ model: "m", prompt: "x" });
    const visited: unknown[] = [];
    await handle.each?.((event) => visited.push(event));
    const iterated: unknown[] = [];
    for await (const event of handle) iterated.push(event);
    expect(visited).toEqual(iterated);
    expect(visited.at(-1)).toMatchObject({ type: "end", result: { success: true } });
  });

  it("never runs more on a host than its concurrency", async () => {
    const [a, b] = [await start({ serviceMs: 5 }), await start({ serviceMs: 5 })];
    const pool = createHostPool([
      { host: a.url, concurrency: 1 },
      { host: b.url, concurrency: 3 },
    ]);
    const results = await new ModelRunner(pool).runBatch("m", prompts(40), {}, { concurrency: 16 });
    expect(results.every((result) => result.success)).toBe(true);
    expect(a.peak).toBe(1);
    expect([2, 3]).toContain(b.peak);
    expect(pool.hosts.map((host) => host.running)).toEqual([0, 0]);
  });

  it("gives the work of a host that dies to the others, and takes it back when it is up again", async () => {
    let isDead = false;
    const a = await start({ serviceMs: 2, fault: () => (isDead ? "reset" : undefined) });
    const b = await start({ serviceMs: 2 });
    const changes: HostStatus[] = [];
    const pool = createHostPool([a.url, b.url], {
      healthCheckMs: 20,
      onHealthChange: (status) => changes.push(status),
    });
    const runner = new ModelRunner(pool);
    const onResult = (_: unknown, { finished }: { finished: number }): void => {
      if (finished === 10) isDead = true;
    };
    const results = await runner.runBatch("m", prompts(60), {}, { concurrency: 6, onResult });
    expect(results.map((result) => result.response)).toEqual(prompts(60));
    expect(pool.hosts[0]).toMatchObject({ isUp: false });

    isDead = false;
    await expect.poll(() => pool.hosts[0]?.isUp).toBe(true);
    expect(changes.map(({ name, isUp }) => [name, isUp])).toEqual([
      [a.url, false],
      [a.url, true],
    ]);
    await pool[Symbol.asyncDispose]();
  });

  it("begins an answer anew elsewhere when its host dies in the middle and nobody has read of it", async () => {
    const a = await start({ fault: ({ path }) => (path === "/api/ps" ? "reset" : "reset-midway") });
    const b = await start();
    const pool = createHostPool([
      { host: a.url, name: "a" },
      { host: b.url, name: "b" },
    ]);
    const result = await new ModelRunner(pool).runWithOptions("m", "a long prompt");
    expect(result).toMatchObject({ success: true, response: "a long prompt", metadata: { host: "b" } });
  });

  it("does not repeat what a reader of the stream has seen: the stream fails with the part that came", async () => {
    const a = await start({ fault: ({ path }) => (path === "/api/ps" ? "reset" : "reset-midway") });
    const b = await start();
    const pool = createHostPool([a.url, b.url]);
    const stream = new ModelRunner(pool).runStreaming("m", "0123456789");
    const chunks: string[] = [];
    const error = await (async () => {
      for await (const chunk of stream) chunks.push(chunk);
    })().catch((reason: unknown) => reason);
    expect(chunks.join("")).toBe("01234");
    expect(OllamaError.is(error)).toBe(true);
    expect(await stream.result).toMatchObject({ success: false, response: "01234" });
    expect(generations(b)).toBe(0);
  });

  it("asks only hosts that have the model, and remembers which lack it", async () => {
    const a = await start({ models: ["small"] });
    const b = await start({ models: ["small", "large"] });
    const runner = new ModelRunner(createHostPool([a.url, b.url]));
    for (let run = 0; run < 4; run++) {
      expect(await runner.runWithOptions("large", "x")).toMatchObject({ success: true });
    }
    expect(a.requests).toHaveLength(1);
    const missing = await runner.runWithOptions("none", "x");
    expect(missing).toMatchObject({ success: false, metadata: { error: { code: "MODEL_NOT_FOUND" } } });
  });

  it("believes what it is told about models", async () => {
    const a = await start({ models: ["small"] });
    const b = await start({ models: ["large"] });
    const pool = createHostPool([
      { host: a.url, models: ["small"] },
      { host: b.url, models: ["large:latest"] },
    ]);
    await new ModelRunner(pool).runBatch("large", prompts(5));
    expect(a.requests).toHaveLength(0);
    await expect(pool.describeModel("neither")).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
  });

  it("goes to another host when one is too busy", async () => {
    const a = await start({ fault: ({ path }) => (path === "/api/generate" ? "busy" : undefined) });
    const b = await start();
    const results = await new ModelRunner(createHostPool([a.url, b.url])).runBatch(
      "m",
      prompts(8),
      {},
      { concurrency: 2 },
    );
    expect(results.every((result) => result.success)).toBe(true);
    expect(generations(b)).toBe(8);
  });

  it("says which hosts are down when none is up", async () => {
    const a = await start();
    await a.close();
    const result = await new ModelRunner(createHostPool([{ host: a.url, name: "gone" }])).runWithOptions("m", "x");
    expect(result).toMatchObject({ success: false, metadata: { error: { code: "SERVER_UNAVAILABLE" } } });
    const again = await new ModelRunner(createHostPool([{ host: a.url, name: "gone" }]))
      .embedMany("m", ["x"])
      .catch((error: unknown) => error);
    expect(again).toMatchObject({ code: "SERVER_UNAVAILABLE" });
  });

  it("ends a run that waits for a place when its signal fires", async () => {
    const a = await start({ fault: () => "stall" });
    const pool = createHostPool([{ host: a.url, concurrency: 1 }]);
    const runner = new ModelRunner(pool);
    const first = new AbortController();
    const second = new AbortController();
    const running = runner.runWithOptions("m", "x", {}, { signal: first.signal });
    const waiting = runner.runWithOptions("m", "y", {}, { signal: second.signal });
    await expect.poll(() => generations(a)).toBe(1);
    second.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    first.abort();
    await expect(running).rejects.toMatchObject({ code: "ABORTED" });
    expect(pool.hosts[0]?.running).toBe(0);
    expect(generations(a)).toBe(1);
  });

  it("embeds, describes and lists over its hosts", async () => {
    const a = await start({ models: ["other"], loaded: [{ name: "other", context_length: 1 }] });
    const b = await start({ models: ["m"], loaded: [{ name: "m", context_length: 2 }] });
    const pool = createHostPool([a.url, b.url]);
    expect((await new ModelRunner(pool).embedMany("m", ["ab", "c"])).embeddings).toEqual([
      [2, 0.5],
      [1, 0.5],
    ]);
    expect(await pool.describeModel("m")).toMatchObject({ contextLength: 4096, host: b.url });
    expect((await pool.listLoaded()).map((model) => model.name)).toEqual(["other", "m"]);
  });

  it("takes addresses, executors and clients", async () => {
    const [a, b, c] = [await start(), await start(), await start()];
    const pool = createHostPool([a.url, b.executor, new OllamaClient({ host: c.url })]);
    const results = await new ModelRunner(pool).runBatch("m", prompts(9), {}, { concurrency: 3 });
    expect(new Set(results.map((result) => result.metadata.host))).toEqual(new Set([a.url, "host-2", "host-3"]));
  });

  it("refuses a pool that cannot work", () => {
    expect(() => createHostPool([])).toThrow(/at least one/);
    expect(() => createHostPool([{}])).toThrow(/neither/);
    expect(() => createHostPool(["a:1", "a:1"])).toThrow(/named/);
    expect(() => createHostPool([{ host: "a:1", concurrency: 0 }])).toThrow(/whole number/);
  });
});

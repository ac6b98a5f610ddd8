import { ModelRunner } from "@codo/ollama-runner";
import { startRedis } from "@codo/test-utils/redis";
import { describe, expect, it } from "vitest";
import { openFleet } from "../src/index.js";
import { generations, keysOf, MODEL, PROMPTS, SOON, TestFleet } from "./fleet.fixture.js";

const fleet = new TestFleet({ tool: "redis-server", start: startRedis });

describe("runBatch over a queue", () => {
  it("takes over from a submitter that vanished without asking for anything twice", async () => {
    const host = await fleet.startHost({ serviceMs: 5 }, { concurrency: 2 });
    const [journal, lost] = [fleet.path("journal.jsonl"), fleet.path("lost.jsonl")];
    const vanished = fleet.openExecutor();
    const stop = new AbortController();
    const { signal } = stop;
    const first = new ModelRunner(vanished).runBatch(MODEL, PROMPTS, {}, { journal: lost, signal });
    await expect.poll(() => generations(host), SOON).toBeGreaterThan(5);
    // Its connections end as they do with a process: nothing is taken back.
    await vanished.close();
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    const results = await new ModelRunner(fleet.openExecutor()).runBatch(MODEL, PROMPTS, {}, { journal });
    expect(results.map(({ response }) => response)).toEqual(PROMPTS);
    // What the first one wrote down has left the queue.
    expect(generations(host)).toBeLessThanOrEqual(PROMPTS.length + (await keysOf(lost)).length);
  });

  it("goes on when its Redis was killed and started again", async () => {
    const host = await fleet.startHost({ serviceMs: 5 }, { concurrency: 2, lockDurationMs: 1_500 });
    const journal = fleet.path("journal.jsonl");
    const running = new ModelRunner(fleet.openExecutor()).runBatch(MODEL, PROMPTS, {}, { journal });
    await expect.poll(() => generations(host), SOON).toBeGreaterThan(5);
    await fleet.server.kill();
    await fleet.server.restart();
    const results = await running;
    expect(results.map(({ response }) => response)).toEqual(PROMPTS);
    expect(new Set(await keysOf(journal)).size).toBe(PROMPTS.length);
  });
});

describe("an executor", () => {
  it("closes while its Redis is gone, with requests under way", async () => {
    const executor = fleet.openExecutor();
    const stop = new AbortController();
    const running = new ModelRunner(executor).runBatch(MODEL, PROMPTS, {}, { signal: stop.signal });
    await expect.poll(() => fleet.counts(), SOON).toMatchObject({ waiting: PROMPTS.length });
    await fleet.server.kill();
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "ABORTED" });
    await executor.close();
    await fleet.server.restart();
    // Nobody could take them back.
    expect(await fleet.counts()).toMatchObject({ waiting: PROMPTS.length });
  });
});

describe("what becomes of a prompt that fails", () => {
  it("is tried again on another host where one breaks its answers off", async () => {
    const broken = await fleet.startHost({ fault: ({ path }) => (path === "/api/generate" ? "no-end" : undefined) });
    // Busy for long enough that the prompts come by the broken one again and again meanwhile.
    const sound = await fleet.startHost({ serviceMs: 800 }, { concurrency: 1 });
    const results = await new ModelRunner(fleet.openExecutor()).runBatch(MODEL, ["a", "b", "c", "d"], {});
    expect(results.map(({ response, metadata }) => [response, metadata.host])).toEqual(
      ["a", "b", "c", "d"].map((prompt) => [prompt, sound.url]),
    );
    expect(generations(broken)).toBeLessThanOrEqual(4);
  });

  it("is tried as often as it may be where every host breaks its answers off", async () => {
    const fault = ({ path }: { path: string }) => (path === "/api/generate" ? "no-end" : undefined);
    const hosts = [await fleet.startHost({ fault }), await fleet.startHost({ fault })];
    const [result] = await new ModelRunner(fleet.openExecutor({ attempts: 3 })).runBatch(MODEL, ["a"], {});
    expect(result).toMatchObject({ success: false, metadata: { error: { code: "STREAM_INCOMPLETE" } } });
    expect(generations(...hosts)).toBe(3);
    expect(Math.min(...hosts.map((host) => generations(host)))).toBeGreaterThan(0);
  });

  it("waits at a server that is too busy", async () => {
    const host = await fleet.startHost({
      fault: ({ path }, count) => (path === "/api/generate" && count < 5 ? "busy" : undefined),
    });
    const results = await new ModelRunner(fleet.openExecutor()).runBatch(MODEL, ["a", "b"], {}, {});
    expect(results.map(({ response }) => response)).toEqual(["a", "b"]);
    expect(generations(host)).toBeGreaterThan(2);
  });

  it("is given to a server that says 503 with fewer others, where the worker finds out how many", async () => {
    let refusals = 0;
    const fault = ({ path }: { path: string }) =>
      path === "/api/generate" && refusals < 3 && ++refusals > 0 ? "busy" : undefined;
    await fleet.startHost({ fault }, { concurrency: "auto" });
    await using admin = await openFleet(fleet.connection);
    const concurrency = async () => (await admin.status()).workers[0]?.concurrency;
    const before = (await concurrency()) ?? 0;
    const prompts = ["a", "b", "c", "d", "e", "f"];
    const results = await new ModelRunner(fleet.openExecutor()).runBatch(MODEL, prompts, {}, {});
    expect(results.map(({ response }) => response)).toEqual(prompts);
    await expect.poll(concurrency, SOON).toBeLessThan(before);
    expect(await concurrency()).toBeGreaterThan(0);
  });
});

import type { ModelExecutionResult } from "@codo/ollama-contract";
import { ModelRunner } from "@codo/ollama-runner";
import { describe, expect, it } from "vitest";
import { Backend } from "../src/connection/backend.js";
import { queueOfModel } from "../src/connection/queue-names.js";
import { collectBatch, collectIntoJournal, openFleet, type QueueConnection, submitBatch } from "../src/index.js";
import { BACK_ENDS } from "./back-ends.fixture.js";
import { generations, keysOf, MODEL, PROMPTS, SOON, TestFleet } from "./fleet.fixture.js";

describe.each(BACK_ENDS)("a fleet over $kind", (backEnd) => {
  const fleet = new TestFleet(backEnd);

  describe("runBatch", () => {
    it("gives each result once and in order, from two hosts, and leaves nothing in the queue", async () => {
      const hosts = [await fleet.startHost(), await fleet.startHost()];
      const journal = fleet.path("journal.jsonl");
      const executor = fleet.openExecutor();
      const results = await new ModelRunner(executor).runBatch(MODEL, PROMPTS, {}, { journal });
      expect(results.map(({ response }) => response)).toEqual(PROMPTS);
      expect(generations(...hosts)).toBe(PROMPTS.length);
      expect(new Set(results.map(({ metadata }) => metadata.host))).toEqual(new Set(hosts.map(({ url }) => url)));
      expect(new Set(await keysOf(journal)).size).toBe(PROMPTS.length);
      await expect.poll(() => fleet.counts(), SOON).toEqual({ waiting: 0, active: 0, uncollected: 0, failed: 0 });
    });
  });

  describe("a prompt that fails", () => {
    it("fails once by its own fault, with its typed error, and stands in the list of those given up", async () => {
      const host = await fleet.startHost({ models: ["other"] });
      const executor = fleet.openExecutor();
      const [result] = await new ModelRunner(executor).runBatch(MODEL, ["a"], {}, { journal: fleet.path("j.jsonl") });
      expect(result).toMatchObject({
        success: false,
        metadata: { error: { code: "MODEL_NOT_FOUND" }, host: host.url },
      });
      expect(generations(host)).toBe(1);
      expect(await fleet.counts()).toMatchObject({ failed: 1, uncollected: 0 });
    });

    it("is tried again when its batch is run again", async () => {
      let isBroken = true;
      await fleet.startHost({ fault: ({ path }) => (isBroken && path === "/api/generate" ? "error-500" : undefined) });
      const runner = new ModelRunner(fleet.openExecutor({ attempts: 1 }));
      expect(await runner.runBatch(MODEL, ["a"], {}, { journal: fleet.path("1.jsonl") })).toMatchObject([
        { success: false, metadata: { error: { code: "SERVER_ERROR" } } },
      ]);
      isBroken = false;
      const again = await runner.runBatch(MODEL, ["a"], {}, { journal: fleet.path("2.jsonl") });
      expect(again).toMatchObject([{ success: true, response: "a" }]);
    });

    it("goes to another host when its own dies, without an attempt counted", async () => {
      const dying = await fleet.startHost({ serviceMs: 200 });
      const running = new ModelRunner(fleet.openExecutor()).runBatch(MODEL, ["a", "b"], {}, {});
      await expect.poll(() => generations(dying), SOON).toBe(2);
      await dying.close();
      const other = await fleet.startHost();
      expect((await running).map(({ metadata }) => metadata.host)).toEqual([other.url, other.url]);
    });

    it("is left alone by a worker that cannot read it, which says so", async () => {
      await addJob(fleet.connection, "b.new", {
        schemaVersion: 2,
        kind: "run",
        request: { model: MODEL, prompt: "a" },
      });
      const told: unknown[] = [];
      const host = await fleet.startHost({}, { onEvent: (event) => told.push(event) });
      const reason = "the job has schemaVersion 2, and this version reads 1";
      await expect.poll(() => told, SOON).toContainEqual({ type: "unreadable", jobId: "b.new", reason });
      await expect.poll(() => fleet.counts(), SOON).toEqual({ waiting: 1, active: 0, uncollected: 0, failed: 0 });
      expect(generations(host)).toBe(0);
    });
  });

  describe("a batch that is submitted and left", () => {
    const batch = () => ({ ...fleet.connection, model: MODEL, inputs: PROMPTS });

    it("is the same batch when it is submitted again, and is collected into one line for each item", async () => {
      const first = await submitBatch(batch());
      expect(await submitBatch(batch())).toEqual(first);
      expect(await fleet.counts()).toMatchObject({ waiting: PROMPTS.length });
      const host = await fleet.startHost();
      const journal = fleet.path("journal.jsonl");
      expect(await collectIntoJournal({ ...fleet.connection, id: first.id, journal })).toMatchObject({
        collected: PROMPTS.length,
        failed: 0,
      });
      expect((await collectIntoJournal({ ...fleet.connection, id: first.id, journal })).collected).toBe(0);
      expect(new Set(await keysOf(journal)).size).toBe(PROMPTS.length);
      expect(await submitBatch({ ...batch(), journal })).toMatchObject({ submitted: 0, restored: PROMPTS.length });
      const again = await new ModelRunner(fleet.openExecutor()).runBatch(MODEL, PROMPTS, {}, { journal });
      expect(again.map(({ response }) => response)).toEqual(PROMPTS);
      expect(generations(host)).toBe(PROMPTS.length);
      expect(await fleet.counts()).toMatchObject({ uncollected: 0, failed: 0 });
    });

    it("leaves the request out of a result in the queue, and out of none that is collected", async () => {
      const request = { system: "Be short.", prompt: "a long prompt" };
      const chat = { messages: [{ role: "user" as const, content: "a question" }] };
      const inputs = [request.prompt, chat];
      const { id } = await submitBatch({ ...batch(), inputs, call: { system: request.system } });
      const host = await fleet.startHost();
      const keep = { ...fleet.connection, id, keep: true };
      const collected = await allOf(collectBatch(keep));
      for (const { index, result } of collected) {
        const asked = index === 0 ? request : { ...chat, system: request.system };
        const direct = await host.executor.execute({ model: MODEL, ...asked }).result;
        expect(about(result)).toEqual(about(direct));
      }
      const stored = JSON.stringify(await storedOutcomes(fleet.connection));
      expect(stored).toContain('"schemaVersion":2');
      expect(stored).not.toMatch(/"(prompt|system|messages)"/);
    });

    it("writes whole results for a submitter of version 0.1.0, and reads them", async () => {
      const id = "b-old";
      await using admin = await openFleet(fleet.connection);
      await admin.noteBatch({ id, model: MODEL, options: {} });
      const data = {
        schemaVersion: 1,
        kind: "run",
        request: { model: MODEL, prompt: "a" },
        batch: id,
        key: "k",
        index: 0,
      };
      await addJob(fleet.connection, `${id}.1`, data);
      await fleet.startHost();
      const [item] = await allOf(collectBatch({ ...fleet.connection, id, keep: true }));
      expect(item?.result).toMatchObject({ prompt: "a", response: "a" });
      expect(await storedOutcomes(fleet.connection)).toMatchObject([{ schemaVersion: 1, value: { prompt: "a" } }]);
    });

    it("leaves a result of a later version in the queue, and says so", async () => {
      const { id } = await submitBatch({ ...batch(), inputs: ["a"] });
      const backend = await Backend.open(fleet.connection);
      fleet.onEnd(() => backend.close());
      const later = backend.worker(queueOfModel(MODEL), async () => ({ schemaVersion: 3, value: {} }), {});
      fleet.onEnd(() => later.close());
      await expect(
        collectIntoJournal({ ...fleet.connection, id, journal: fleet.path("j.jsonl") }),
      ).rejects.toMatchObject({
        code: "STREAM_CORRUPT",
        message: expect.stringContaining("the result has schemaVersion 3, and this version reads 1 and 2"),
      });
      expect(await fleet.counts()).toMatchObject({ uncollected: 1 });
    });

    it("gives its results to several who keep them in the queue", async () => {
      const { id } = await submitBatch(batch());
      await fleet.startHost();
      for (const _ of [1, 2]) {
        const found: [number, string][] = [];
        for await (const { index, result } of collectBatch({ ...fleet.connection, id, keep: true })) {
          found.push([index, result.response]);
        }
        expect(found.sort(([a], [b]) => a - b)).toEqual(PROMPTS.map((prompt, index) => [index, prompt]));
      }
    });

    it("never stands in the queue with more than the high-water mark and one part", async () => {
      const many = Array.from({ length: 300 }, (_, index) => `prompt ${index}`);
      const id = "b-many";
      let most = 0;
      const submitting = submitBatch({
        ...batch(),
        id,
        inputs: many,
        highWater: 100,
        onProgress: async () => {
          const { waiting, active, uncollected } = await fleet.counts();
          most = Math.max(most, waiting + active + uncollected);
        },
      });
      await fleet.startHost({ serviceMs: 0 }, { concurrency: 16 });
      const found = new Set<string>();
      for await (const { key } of collectBatch({ ...fleet.connection, id })) found.add(key);
      await submitting;
      expect(found.size).toBe(many.length);
      expect(most).toBeGreaterThan(50);
      expect(most).toBeLessThanOrEqual(100);
    });

    it("names the reason where the queue has no such batch", async () => {
      const collecting = collectBatch({ ...fleet.connection, id: "b-none" });
      await expect(collecting.next()).rejects.toMatchObject({ code: "INVALID_REQUEST", message: /no batch "b-none"/ });
    });
  });
});

async function allOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

/** What a result says of what was asked and answered. */
function about({ modelName, prompt, response, metadata: { system, messages } }: ModelExecutionResult): object {
  return { modelName, prompt, response, system, messages };
}

async function addJob(connection: QueueConnection, jobId: string, data: object): Promise<void> {
  const backend = await Backend.open(connection);
  await backend.queue(queueOfModel(MODEL)).add("run", data, { jobId });
  await backend.close();
}

/** What workers gave back, as it stands in the queue. */
async function storedOutcomes(connection: QueueConnection): Promise<unknown[]> {
  const backend = await Backend.open(connection);
  const jobs = await backend.queue(queueOfModel(MODEL)).getJobs(["completed"]);
  await backend.close();
  return jobs.map(({ returnvalue }) => returnvalue as unknown);
}

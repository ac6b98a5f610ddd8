import { ModelRunner } from "@codo/ollama-runner";
import { ScriptedExecutor } from "@codo/ollama-runner/testing";
import { startRedis } from "@codo/test-utils/redis";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { Backend } from "../src/connection/backend.js";
import { queueOfModel } from "../src/connection/queue-names.js";
import { collectBatch, createWorker, submitBatch } from "../src/index.js";
import { MODEL, TestFleet } from "./fleet.fixture.js";

const DAY_MS = 86_400_000;

const fleet = new TestFleet({ tool: "redis-server", start: startRedis });

it("lets results leave the queue while a long batch still runs, so that its memory is bounded", async () => {
  const ITEMS = 2_000;
  const capacity = 200;
  const settings = { host: "scripted", models: [MODEL], concurrency: 50 };
  const worker = await createWorker({
    ...fleet.connection,
    ...settings,
    executor: new ScriptedExecutor({
      record: false,
      reply: ({ prompt = "" }) => ({ text: prompt, delayMs: 20 * Math.random() }),
    }),
  });
  fleet.onEnd(() => worker.close());
  const backend = await Backend.open(fleet.connection);
  fleet.onEnd(() => backend.close());
  const queue = backend.queue(queueOfModel(MODEL));
  const stands: number[] = [];
  const looks: Promise<unknown>[] = [];
  const prompts = Array.from({ length: ITEMS }, (_, at) => `prompt ${at}`);
  const results = await new ModelRunner(fleet.openExecutor({ capacity })).runBatch(
    MODEL,
    prompts,
    {},
    {
      journal: fleet.path("journal.jsonl"),
      onResult: (_, { finished }) => {
        if (finished % 100 === 0) looks.push(queue.getJobCountByTypes("completed").then((count) => stands.push(count)));
      },
    },
  );
  await Promise.all(looks);
  expect(results).toHaveLength(ITEMS);
  expect(stands).toHaveLength(ITEMS / 100);
  expect(Math.max(...stands)).toBeLessThan(4 * capacity);
});

it("drops a result that nobody has collected for seven days, and keeps a younger one", async () => {
  await fleet.startHost();
  const redis = new Redis(fleet.server.url);
  fleet.onEnd(async () => redis.disconnect());
  const run = async (id: string, inputs: string[]): Promise<string[]> => {
    const batch = { ...fleet.connection, id };
    await submitBatch({ ...batch, model: MODEL, inputs });
    const answers: string[] = [];
    for await (const { result } of collectBatch({ ...batch, keep: true })) answers.push(result.response);
    return answers.sort();
  };
  expect(await run("b-old", ["a", "b"])).toEqual(["a", "b"]);
  // As if they had come so long ago.
  const completed = `${fleet.connection.name}:${queueOfModel(MODEL)}:completed`;
  const [first = "", second = ""] = await redis.zrange(completed, 0, -1);
  await redis.zadd(completed, Date.now() - 7.1 * DAY_MS, first, Date.now() - 6.9 * DAY_MS, second);
  expect(await run("b-new", ["c"])).toEqual(["c"]);
  expect(await redis.zrange(completed, 0, -1)).toEqual([second, expect.stringMatching(/^b-new\./)]);
  expect(await redis.exists(`${fleet.connection.name}:${queueOfModel(MODEL)}:${first}`)).toBe(0);
});

it("keeps what waits to be collected when a caller's own prompt ends, or fails, or comes from an earlier version", async () => {
  await fleet.startHost();
  const redis = new Redis(fleet.server.url);
  fleet.onEnd(async () => redis.disconnect());
  await submitBatch({ ...fleet.connection, id: "b-waits", model: MODEL, inputs: ["a", "b"] });
  const completed = `${fleet.connection.name}:${queueOfModel(MODEL)}:completed`;
  const own = async (): Promise<string[]> =>
    (await redis.zrange(completed, 0, -1)).filter((id) => /^b-waits\./.test(id));
  await expect.poll(own).toHaveLength(2);
  // As if they had come before an hour.
  const waiting = await own();
  for (const id of waiting) await redis.zadd(completed, Date.now() - 3_600_000, id);
  const executor = fleet.openExecutor();
  await executor.execute({ model: MODEL, prompt: "who waits" });
  await executor.embed({ model: MODEL, input: ["who waits"] }).catch(() => undefined);
  const backend = await Backend.open(fleet.connection);
  fleet.onEnd(() => backend.close());
  const queue = backend.queue(queueOfModel(MODEL));
  const request = { model: MODEL, prompt: "from 0.1.0" };
  const minute = { removeOnComplete: { age: 60 }, removeOnFail: { age: 60 } };
  const { id = "" } = await queue.add("run", { schemaVersion: 1, kind: "run", request }, minute);
  await expect.poll(() => queue.getJobState(id)).toBe("completed");
  expect((await own()).sort()).toEqual(waiting.sort());
});

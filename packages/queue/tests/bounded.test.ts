import { ModelRunner } from "@codo/ollama-runner";
import { ScriptedExecutor } from "@codo/ollama-runner/testing";
import { startRedis } from "@codo/test-utils/redis";
import { expect, it } from "vitest";
import { Backend } from "../src/connection/backend.js";
import { queueOfModel } from "../src/connection/queue-names.js";
import { createWorker } from "../src/index.js";
import { MODEL, TestFleet } from "./fleet.fixture.js";

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

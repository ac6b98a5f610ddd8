import { benchmarkModel } from "@codo/ollama-bench";
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { createQueueExecutor, createWorker, type QueueExecutor, type QueueWorker } from "@codo/ollama-queue";
import { ModelRunner } from "@codo/ollama-runner";
import { type RedisServer, startRedis } from "@codo/test-utils/redis";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestEngine, type TestEngine } from "./support/cli-harness.js";

needsTools("redis-server");
// On a busy machine a model takes its time.
vi.setConfig({ testTimeout: 120_000 });

const MODEL = "codo-tiny";
const EMBEDS = "codo-tiny-embed";
const GREEDY = { temperature: 0, numPredict: 16 };
const QUESTIONS = ["What is the capital of France?", "What is 3 plus 4?", "What is the capital of Italy?"];

let redis: RedisServer;
let engine: TestEngine;
let worker: QueueWorker;
let executor: QueueExecutor;
/** The same model at the same server, asked over the queue and directly. */
let fleet: ModelRunner;
let direct: ModelRunner;

beforeAll(async () => {
  redis = await startRedis();
  engine = await startTestEngine();
  const own = createExecutor(new OllamaClient({ host: engine.url, retry: false }));
  const models = [MODEL, EMBEDS];
  // One prompt at a time: sequences that are decoded together are rounded in another way.
  const place = { connection: redis.url, host: engine.url, models, concurrency: 1 };
  worker = await createWorker({ ...place, executor: own });
  executor = createQueueExecutor({ connection: redis.url });
  [fleet, direct] = [new ModelRunner(executor), new ModelRunner(own)];
});
afterAll(async () => {
  await executor?.close();
  await worker?.abort();
  await engine?.stop();
  await redis?.close();
});

describe("a runner over a fleet of real models", () => {
  it("gives the answers of a batch that it gives directly", async () => {
    const answers = (runner: ModelRunner) =>
      runner.runBatch(MODEL, QUESTIONS, GREEDY, { think: false, concurrency: 1 });
    const asked = await answers(fleet);
    expect(asked.map(({ response }) => response)).toEqual((await answers(direct)).map(({ response }) => response));
    expect(asked[0]).toMatchObject({ success: true, response: expect.stringContaining("Paris") });
  });

  it("embeds many texts to the same vectors", async () => {
    const vectors = async (runner: ModelRunner) => (await runner.embedMany(EMBEDS, QUESTIONS)).embeddings;
    const asked = await vectors(fleet);
    expect(asked).toHaveLength(QUESTIONS.length);
    for (const [index, vector] of (await vectors(direct)).entries()) {
      expect(vector.reduce((sum, value, at) => sum + value * (asked[index]?.[at] ?? 0), 0)).toBeCloseTo(1, 3);
    }
  });

  it("gives typed values", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" }, city: { type: "string" } },
      required: ["name", "age", "city"],
    };
    const prompt = "Ada is 36 years old and lives in Oslo. Reply in JSON.";
    const options = { ...GREEDY, numPredict: 64 };
    const { value } = await fleet.runStructured(MODEL, prompt, schema, { options, think: false });
    expect(value).toEqual({ name: "Ada", age: 36, city: "Oslo" });
  });

  it("is measured by the bench", async () => {
    const report = await benchmarkModel(fleet, MODEL, ["What is 3 plus 4?"], GREEDY, { trials: 1, requests: 2 });
    expect(report.run.status).toBe("complete");
    expect(report.results[0]?.counts).toEqual({ attempted: 2, ok: 2, error: 0 });
    expect(report.models[0]).toMatchObject({ name: MODEL });
  });
});

import { testExecutor } from "@codo/ollama-contract/testing";
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { type RedisServer, startRedis } from "@codo/test-utils/redis";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, it } from "vitest";
import { startModelServer } from "../../runner/tests/model-server.fixture.js";
import { createQueueExecutor, createWorker } from "../src/index.js";

needsTools("redis-server");

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

let cases = 0;

describe("the queue executor over Redis, as an executor", () => {
  const all = testExecutor(async (script) => {
    const server = await startModelServer(script);
    // One fleet for each case: a case leaves jobs behind that never end.
    const connection = { connection: redis.url, name: `case-${cases++}` };
    const client = new OllamaClient({ host: server.url, retry: false });
    const worker = await createWorker({ ...connection, executor: createExecutor(client), models: [script.model] });
    const executor = createQueueExecutor(connection);
    const close = async (): Promise<void> => {
      await executor.close();
      await worker.abort();
      await server.close();
    };
    return { executor, left: server.left, close };
  });
  for (const { name, run } of all) it(name, run);
});

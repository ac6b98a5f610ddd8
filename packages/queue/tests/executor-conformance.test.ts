import { testExecutor } from "@codo/ollama-contract/testing";
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { startPostgres } from "@codo/test-utils/postgres";
import { startRedis } from "@codo/test-utils/redis";
import { findTool, needsTools, type ToolName } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, it } from "vitest";
import { startModelServer } from "../../runner/tests/model-server.fixture.js";
import { createQueueExecutor, createWorker } from "../src/index.js";

const servers = [
  { kind: "Redis", tools: ["redis-server"] as ToolName[], start: startRedis },
  { kind: "PostgreSQL", tools: ["postgres", "initdb", "pg_isready"] as ToolName[], start: startPostgres },
];

let cases = 0;

describe.each(servers)("the queue executor over $kind, as an executor", ({ tools, start }) => {
  needsTools(...tools);
  let queue: { url: string; close: () => Promise<void> } | undefined;
  beforeAll(async () => {
    if (tools.every((tool) => findTool(tool) !== undefined)) queue = await start();
  });
  afterAll(() => queue?.close());

  const all = testExecutor(async (script) => {
    const server = await startModelServer(script);
    // One fleet for each case: a case leaves jobs behind that never end.
    const connection = { connection: queue?.url ?? "", name: `case-${cases++}` };
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

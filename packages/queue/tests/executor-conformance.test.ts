import { testExecutor } from "@codo/ollama-contract/testing";
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, it } from "vitest";
import { startModelServer } from "../../runner/tests/model-server.fixture.js";
import { createQueueExecutor, createWorker } from "../src/index.js";
import { BACK_ENDS } from "./back-ends.fixture.js";

describe.each(BACK_ENDS)("the queue executor over $kind, as an executor", ({ tool, start }) => {
  needsTools(tool);
  let server: { url: string; close: () => Promise<void> };
  let cases = 0;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.close());

  const all = testExecutor(async (script) => {
    const host = await startModelServer(script);
    // One fleet for each case: a case leaves jobs behind that never end.
    const connection = { connection: server.url, name: `case_${cases++}` };
    const client = new OllamaClient({ host: host.url, retry: false });
    const worker = await createWorker({ ...connection, executor: createExecutor(client), models: [script.model] });
    const executor = createQueueExecutor(connection);
    const close = async (): Promise<void> => {
      await executor.close();
      await worker.abort();
      await host.close();
    };
    return { executor, left: host.left, close };
  });
  // Most of their time goes into connections.
  for (const { name, run } of all) it.concurrent(name, run);
});

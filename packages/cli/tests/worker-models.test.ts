import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { collectBatch, submitBatch } from "@codo/ollama-queue";
import { type RedisServer, startRedis } from "@codo/test-utils/redis";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type RunningFake, startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import { createHome } from "./support/cli-harness.js";

needsTools("redis-server");
// Two processes, one after the other, and a list that is read every five seconds.
vi.setConfig({ testTimeout: 120_000 });

const SOON = { interval: 50, timeout: 25_000 };

let redis: RedisServer;
let fake: RunningFake;
/** What is installed at the server; it changes. */
const installed = ["here:latest"];
const pulled: string[] = [];

/** A server that can pull, before one that can do all else. */
const front = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (request.url === "/api/pull") {
    const { model } = JSON.parse(body.toString()) as { model: string };
    pulled.push(model);
    installed.push(`${model}:latest`);
    response.end('{"status":"success"}\n');
    return;
  }
  const { method = "GET", url = "/" } = request;
  const answer = await fetch(`${fake.url}${url}`, { method, ...(body.length > 0 && { body }) });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
  response.end(Buffer.from(await answer.arrayBuffer()));
});
const frontUrl = () => `http://127.0.0.1:${(front.address() as AddressInfo).port}`;

beforeAll(async () => {
  redis = await startRedis();
  fake = await startFakeOllama({ models: installed, serviceMs: 1 });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  front.close();
  front.closeAllConnections();
  await fake?.close();
  await redis?.close();
});

interface Said {
  type: string;
  models?: string[];
}

/** What a worker says, as it comes. */
function saidBy(child: ChildProcess): Said[] {
  const said: Said[] = [];
  let text = "";
  child.stdout?.on("data", (data: Buffer) => {
    const lines = `${text}${data}`.split("\n");
    text = lines.pop() ?? "";
    said.push(...lines.map((line) => JSON.parse(line) as Said));
  });
  return said;
}

it("pulls a model that is missing with --pull, takes its prompts, and follows what its server has", async () => {
  const home = await createHome(frontUrl());
  const flags = ["worker", "--queue", redis.url, "--models", "here,new", "--json"];
  const refused = await home.codo(flags);
  expect([refused.status, pulled]).toEqual([7, []]);
  const worker = home.start([...flags, "--pull"]);
  try {
    const said = saidBy(worker);
    await expect
      .poll(() => said, SOON)
      .toContainEqual(expect.objectContaining({ type: "started", models: ["here:latest", "new:latest"] }));
    expect(pulled).toEqual(["new"]);
    const connection = { connection: redis.url };
    const { id } = await submitBatch({ ...connection, model: "new:latest", inputs: ["a"] });
    const answers: string[] = [];
    for await (const { result } of collectBatch({ ...connection, id })) answers.push(result.response);
    expect(answers).toEqual(["a"]);
    // A model that was not named is not taken, one that is gone no longer.
    installed.splice(0, 1, "other:latest");
    await expect.poll(() => said, SOON).toContainEqual({ type: "models", models: ["new:latest"] });
  } finally {
    worker.kill("SIGKILL");
  }
});

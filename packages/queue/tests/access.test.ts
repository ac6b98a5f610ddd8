import { readFile } from "node:fs/promises";
import { ModelRunner } from "@codo/ollama-runner";
import { type RedisServer, startRedis } from "@codo/test-utils/redis";
import { needsTools } from "@codo/test-utils/tools";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import { createQueueExecutor, createWorker, openFleet } from "../src/index.js";

needsTools("redis-server");

const MODEL = "m:latest";
const PASSWORD = "A-LONG-PASSWORD";

let redis: RedisServer;
let admin: Redis;
let place: URL;
beforeAll(async () => {
  redis = await startRedis();
  place = new URL(redis.url);
  admin = new Redis(redis.url);
  const docs = await readFile(new URL("../../../docs/fleet.md", import.meta.url), "utf8");
  const rules = /^ *user fleet (.+)$/m.exec(docs)?.[1] ?? "";
  await admin.call("ACL", "SETUSER", "fleet", ...rules.split(" "));
});
afterAll(async () => {
  admin?.disconnect();
  await redis?.close();
});

const addressOf = (user: string, password: string) => `redis://${user}:${password}@${place.host}`;

describe("a fleet with a user of its own", () => {
  it("runs a batch as the user that docs/fleet.md makes, who sees no other keys", async () => {
    const connection = addressOf("fleet", PASSWORD);
    const host = await startFakeOllama();
    const worker = await createWorker({ connection, executor: host.executor, models: [MODEL], host: host.url });
    const executor = createQueueExecutor({ connection });
    try {
      const results = await new ModelRunner(executor).runBatch(MODEL, ["a", "b"], {}, {});
      expect(results.map(({ response }) => response)).toEqual(["a", "b"]);
      const user = new Redis(connection);
      await admin.set("else:secret", "1");
      await expect(user.get("else:secret")).rejects.toThrow(/NOPERM/);
      await expect(user.config("GET", "*")).rejects.toThrow(/NOPERM/);
      user.disconnect();
    } finally {
      await executor.close();
      await worker.abort();
      await host.close();
    }
  });

  it("says where it was refused, and never with what", async () => {
    const refused = openFleet({ connection: addressOf("fleet", "hunter2") });
    const error = await refused.catch((reason: unknown) => reason as Error & { code: string; advice?: string });
    expect(error).toMatchObject({ code: "UNAUTHORIZED" });
    expect(JSON.stringify(error) + (error as Error).message).toContain(place.host);
    expect(JSON.stringify(error) + (error as Error).message).not.toMatch(/hunter2/);
  });

  it("is warned without a password when its rights are taken away", async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    await admin.call("ACL", "SETUSER", "short", "on", ">hunter2", "~codo:*", "&*", "+@all");
    const fleet = await openFleet({ connection: addressOf("short", "hunter2"), onWarning });
    await fleet.status();
    await admin.call("ACL", "SETUSER", "short", ">other", "<hunter2");
    await admin.call("CLIENT", "KILL", "USER", "short");
    await expect.poll(() => warnings, { interval: 20, timeout: 20_000 }).not.toHaveLength(0);
    expect(warnings.join()).not.toMatch(/hunter2/);
    await fleet.close();
  });
});

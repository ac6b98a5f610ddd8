import { readFile, writeFile } from "node:fs/promises";
import { startRedis } from "@codo/test-utils/redis";
import { describe, expect, it } from "vitest";
import { startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import { collectIntoJournal, createWorker, openFleet, type ServedModel, submitBatch } from "../src/index.js";
import { MODEL, SOON, TestFleet } from "./fleet.fixture.js";

const fleet = new TestFleet({ tool: "redis-server", start: startRedis });
const [EARLIER, LATER] = ["a".repeat(64), "b".repeat(64)] as const;

describe("a worker whose models are listed by a function", () => {
  it("takes their names and digests from one list, and follows it", async () => {
    const host = await startFakeOllama();
    fleet.onEnd(() => host.close());
    let listed: readonly (string | ServedModel)[] = [{ name: "m", digest: EARLIER }, "plain"];
    let questions = 0;
    const models = async () => {
      questions++;
      return listed;
    };
    const worker = await createWorker({ ...fleet.connection, executor: host.executor, models });
    fleet.onEnd(() => worker.close());
    await using admin = await openFleet(fleet.connection);
    const record = async () => (await admin.status()).workers[0];
    expect(await record()).toMatchObject({ models: [MODEL, "plain:latest"], digests: { [MODEL]: EARLIER } });
    listed = [
      { name: "m", digest: LATER },
      { name: "other", digest: EARLIER },
    ];
    const now = { models: [MODEL, "other:latest"], digests: { [MODEL]: LATER, "other:latest": EARLIER } };
    await expect.poll(record, SOON).toMatchObject(now);
    expect(worker.models).toEqual(now.models);
    // Names and digests are one question, asked as often as what is loaded.
    const beats = host.requests.filter(({ path }) => path === "/api/ps").length;
    expect(Math.abs(questions - beats)).toBeLessThanOrEqual(1);
  });

  it("keeps its models where its server does not list them", async () => {
    const host = await startFakeOllama();
    fleet.onEnd(() => host.close());
    let questions = 0;
    const models = async () => {
      if (++questions > 1) throw new Error("not now");
      return [{ name: MODEL, digest: EARLIER }];
    };
    const worker = await createWorker({ ...fleet.connection, executor: host.executor, models });
    fleet.onEnd(() => worker.close());
    await using admin = await openFleet(fleet.connection);
    const record = async () => (await admin.status()).workers[0];
    const firstAtMs = (await record())?.seenAtMs ?? 0;
    await expect.poll(async () => (await record())?.seenAtMs, SOON).toBeGreaterThan(firstAtMs);
    expect(questions).toBeGreaterThan(1);
    expect(await record()).toMatchObject({ models: [MODEL], digests: { [MODEL]: EARLIER } });
  });
});

describe("a batch whose model is made anew", () => {
  it("is not continued by its submitter, unless that is wanted", async () => {
    const batch = { ...fleet.connection, model: MODEL, inputs: ["a", "b"] };
    const first = await submitBatch({ ...batch, modelDigest: EARLIER });
    expect(await submitBatch(batch)).toEqual(first);
    expect(await submitBatch({ ...batch, modelDigest: EARLIER })).toEqual(first);
    const refused = submitBatch({ ...batch, modelDigest: LATER });
    await expect(refused).rejects.toMatchObject({ code: "INVALID_REQUEST", message: /has changed since the batch/ });
    expect(await submitBatch({ ...batch, modelDigest: LATER, onJournalMismatch: "continue" })).toEqual(first);
  });

  it("is not written into a journal of the earlier one, nor continued from it", async () => {
    const journal = fleet.path("journal.jsonl");
    const batch = { ...fleet.connection, model: MODEL, inputs: ["a"] };
    const { id } = await submitBatch({ ...batch, modelDigest: LATER });
    await fleet.startHost();
    expect(await collectIntoJournal({ ...fleet.connection, id, journal, keep: true })).toMatchObject({ collected: 1 });
    const line = await readFile(journal, "utf8");
    expect(JSON.parse(line)).toMatchObject({ modelDigest: LATER });
    await writeFile(journal, line.replace(LATER, EARLIER));
    const changed = { code: "INVALID_REQUEST", message: expect.stringContaining("has changed since the journal") };
    await expect(collectIntoJournal({ ...fleet.connection, id, journal })).rejects.toMatchObject(changed);
    const again = { ...batch, modelDigest: LATER, journal };
    await expect(submitBatch(again)).rejects.toMatchObject(changed);
    expect(await submitBatch({ ...again, onJournalMismatch: "continue" })).toMatchObject({ restored: 1 });
  });
});

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createWorker, type FleetAdmin, openFleet } from "@codo/ollama-queue";
import type { JournalLine } from "@codo/ollama-runner/batch-kit";
import { type RedisServer, startRedis } from "@codo/test-utils/redis";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RunningFake, startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import { type CliHome, createHome, ended } from "./support/cli-harness.js";

needsTools("redis-server");
// Each case starts several processes, one after the other: on a busy machine that alone takes a minute.
vi.setConfig({ testTimeout: 120_000 });

const MODEL = "m:latest";
const BAD = "bad:latest";
const SOON = { interval: 100, timeout: 25_000 };
const ITEMS = 24;

let redis: RedisServer;
let fake: RunningFake;
let home: CliHome;
let worker: ChildProcess;
let queue: string[];
/** Looks at the queue without a process for each look. */
let fleet: FleetAdmin;

beforeAll(async () => {
  redis = await startRedis();
  const fault = ({ body }: { body: Record<string, unknown> }) => (body.model === BAD ? "error-500" : undefined);
  fake = await startFakeOllama({ models: [MODEL, BAD], serviceMs: 60, fault });
  home = await createHome(fake.url);
  fleet = await openFleet({ connection: redis.url });
  queue = ["--queue", redis.url];
  const lines = Array.from({ length: ITEMS }, (_, at) => JSON.stringify({ id: `item-${at}`, prompt: `prompt ${at}` }));
  await writeFile(join(home.folder, "prompts.jsonl"), `${lines.join("\n")}\n`);
});
afterAll(async () => {
  worker?.kill("SIGKILL");
  await fleet?.close();
  await fake?.close();
  await redis?.close();
});

async function json<T>(...args: string[]): Promise<T> {
  const { stdout, stderr } = await home.codo([...args, ...queue, "--json"]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

async function modelStatus(name = MODEL) {
  return (await fleet.status()).models.find(({ model }) => model === name);
}

async function answersOf(path: string): Promise<[string, string][]> {
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  const items = lines.map((line) => JSON.parse(line) as { key: string; result: { response: string } });
  // A key is the item's id and a hash of all that makes its answer.
  return items.map(({ key, result }): [string, string] => [key.slice(0, key.lastIndexOf("#")), result.response]).sort();
}

/** What a journal says of its items, without what differs from one run to the next. */
async function itemsOf(path: string): Promise<unknown[]> {
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  const items = lines.map((line) => {
    const { key, index, model, modelDigest, options, total, result } = JSON.parse(line) as JournalLine;
    const { prompt, response, success, metadata } = result;
    return { key, index, model, modelDigest, options, total, prompt, response, success, host: metadata.host };
  });
  return items.sort((a, b) => a.index - b.index);
}

const ANSWERS = Array.from({ length: ITEMS }, (_, at): [string, string] => [`item-${at}`, `prompt ${at}`]).sort();

describe("codo over a queue", () => {
  it("submits a batch and leaves; the same file again adds nothing", async () => {
    const args = ["batch", "prompts.jsonl", "-m", MODEL, "--detach"];
    const { batch } = await json<{ batch: string }>(...args);
    expect((await json<{ batch: string }>(...args)).batch).toBe(batch);
    expect(await json("queue", "status")).toEqual({
      models: [expect.objectContaining({ model: MODEL, waiting: ITEMS, active: 0, completed: 0, failed: 0 })],
      workers: [],
      batches: [expect.objectContaining({ id: batch, submitted: ITEMS })],
    });
  });

  it("runs it by a worker, which tells what it serves, and collects it once", async () => {
    worker = home.start(["worker", ...queue, "-c", "4", "--json"]);
    const [first] = (await once(worker.stdout as NonNullable<ChildProcess["stdout"]>, "data")) as [Buffer];
    expect(first.toString()).toMatch(/"type":"(models|started)"/);
    const { batches } = await fleet.status();
    const id = batches[0]?.id ?? "";
    const collected = await json<{ collected: number }>("queue", "collect", id);
    expect(collected).toMatchObject({ batch: id, collected: ITEMS, failed: 0 });
    expect(await answersOf(join(home.folder, "prompts.results.jsonl"))).toEqual(ANSWERS);
    expect(await json("queue", "collect", id)).toMatchObject({ collected: 0 });
    expect(await modelStatus()).toMatchObject({ waiting: 0, completed: ITEMS, uncollected: 0 });
    expect((await fleet.status()).workers).toEqual([
      expect.objectContaining({
        host: fake.url,
        models: expect.arrayContaining([BAD, MODEL]),
        tokensPerSecond: expect.any(Number),
      }),
    ]);
    expect(fake.requests.filter(({ path }) => path === "/api/generate")).toHaveLength(ITEMS);
  });

  it.each([
    ["with its journal", "with.jsonl"],
    ["without its journal", "without.jsonl"],
  ])("ends with the same journal when it was interrupted and taken up again in another home %s", async (how, name) => {
    const whole = await home.codo(["batch", "prompts.jsonl", "-m", MODEL, ...queue, "--journal", `whole-${name}`]);
    expect(whole.status, whole.stderr).toBe(0);
    const args = ["batch", "prompts.jsonl", "-m", MODEL, ...queue, "--journal", name];
    const asked = fake.requests.length;
    const child = home.start(args);
    const interrupted = ended(child);
    await expect.poll(() => fake.requests.length - asked, SOON).toBeGreaterThan(6);
    child.kill("SIGINT");
    expect((await interrupted).status).toBe(130);
    const other = await createHome();
    await copyFile(join(home.folder, "prompts.jsonl"), join(other.folder, "prompts.jsonl"));
    if (how.startsWith("with ")) await copyFile(join(home.folder, name), join(other.folder, name));
    const again = await other.codo(args);
    expect(again.status, again.stderr).toBe(0);
    expect(await itemsOf(join(other.folder, name))).toEqual(await itemsOf(join(home.folder, `whole-${name}`)));
    expect(await answersOf(join(other.folder, name))).toEqual(ANSWERS);
  });

  it("does not go on with a journal of a model that was made anew under its name", async () => {
    const journal = join(home.folder, "made.jsonl");
    await writeFile(join(home.folder, "made.txt"), "a\n");
    const run = (...more: string[]) =>
      home.codo(["batch", "made.txt", "-m", MODEL, ...queue, "--journal", "made.jsonl", ...more]);
    const first = await run();
    expect(first.status, first.stderr).toBe(0);
    const line = await readFile(journal, "utf8");
    await writeFile(journal, line.replace(`"modelDigest":"${"d".repeat(64)}"`, `"modelDigest":"${"e".repeat(64)}"`));
    const again = await run();
    expect(again.status).toBe(2);
    expect(again.stderr).toContain(`The model "${MODEL}" has changed since the journal`);
    expect(again.stderr).toContain("--continue-anyway");
    const anyway = await run("--continue-anyway");
    expect([anyway.status, anyway.stderr.includes("1 of them from the journal")], anyway.stderr).toEqual([0, true]);
  });

  it("does not leave a batch with such a journal in the queue, unless that is wanted", async () => {
    const args = ["batch", "made.txt", "-m", MODEL, ...queue, "--journal", "made.jsonl", "--detach"];
    const refused = await home.codo(args);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(`The model "${MODEL}" has changed since the journal`);
    expect(refused.stderr).toContain("--continue-anyway");
    const submitted = await home.codo([...args, "--continue-anyway", "--json"]);
    const { batch, ...counts } = JSON.parse(submitted.stdout) as { batch: string };
    expect(counts, submitted.stderr).toMatchObject({ restored: 1, submitted: 0 });
    const collected = await home.codo(["queue", "collect", batch, ...queue, "--journal", "made.jsonl"]);
    expect([collected.status, collected.stderr]).toEqual([
      1,
      expect.stringMatching(
        /has changed since the journal .*\n {6}Name another file for the journal with --journal FILE/,
      ),
    ]);
    expect(collected.stderr).not.toMatch(/--continue-anyway|onJournalMismatch/);
  });

  it("says where its workers have different builds of the model", async () => {
    const models = async () => [{ name: MODEL, digest: "e".repeat(64) }];
    const place = { connection: redis.url, host: "http://gpu-2:11434", concurrency: 1 };
    await using _other = await createWorker({ ...place, executor: fake.executor, models });
    await writeFile(join(home.folder, "built.txt"), "built by whom?\n");
    const detached = await home.codo(["batch", "built.txt", "-m", MODEL, ...queue, "--detach"]);
    expect(detached.status, detached.stderr).toBe(0);
    expect(detached.stderr).toContain(`different builds of the model "${MODEL}"`);
    expect(detached.stderr).toMatch(/d{12} at http:\/\/127\.0\.0\.1:\d+; e{12} at http:\/\/gpu-2:11434\./);
    expect(await json("queue", "collect", detached.stdout.trim())).toMatchObject({ collected: 1 });
  });

  it("lists what failed for good, and retries it", async () => {
    await writeFile(join(home.folder, "bad.jsonl"), '{"id":"x","prompt":"hopeless"}\n');
    const { batch } = await json<{ batch: string }>("batch", "bad.jsonl", "-m", BAD, "--detach");
    const isGivenUp = async () => (await modelStatus(BAD))?.failed;
    await expect.poll(isGivenUp, SOON).toBe(1);
    const listed = await home.codo(["queue", "failed", ...queue, "--batch", batch]);
    expect(listed.stdout).toMatch(/SERVER_ERROR at http.*unexpectedly stopped/);
    const [jobId = ""] = listed.stdout.split(" ");
    const before = fake.requests.length;
    expect(await json("queue", "retry", jobId)).toEqual({ retried: 1 });
    await expect.poll(() => fake.requests.length, SOON).toBeGreaterThan(before);
    await expect.poll(isGivenUp, SOON).toBe(1);
    const collected = await home.codo(["queue", "collect", batch, ...queue, "--json"]);
    expect([collected.status, JSON.parse(collected.stdout)]).toEqual([1, expect.objectContaining({ failed: 1 })]);
    expect(await json("queue", "remove", batch)).toEqual({ batch, removed: 1 });
  });

  it("holds a queue, and lets it go on", async () => {
    expect(await json("queue", "pause", "-m", MODEL)).toEqual({ isPaused: true, model: MODEL });
    await writeFile(join(home.folder, "held.csv"), "prompt\none\ntwo\n");
    const { batch } = await json<{ batch: string }>("batch", "held.csv", "-m", MODEL, "--detach");
    expect((await home.codo(["queue", "status", ...queue])).stdout).toMatch(/m:latest +2 .*paused/);
    expect(await json("queue", "resume", "-m", MODEL)).toEqual({ isPaused: false, model: MODEL });
    const journal = join(home.folder, "held.results.jsonl");
    expect(await json("queue", "collect", batch)).toMatchObject({ collected: 2, journal });
    const again = ["batch", "held.csv", "-m", MODEL, "--detach"];
    expect(await json(...again)).toMatchObject({ batch, restored: 2, submitted: 0 });
  });

  it("lets a worker finish what runs when it is told to end", async () => {
    const asked = fake.requests.length;
    await writeFile(join(home.folder, "last.txt"), "a\nb\nc\nd\ne\nf\ng\nh\n");
    const { batch } = await json<{ batch: string }>("batch", "last.txt", "-m", MODEL, "--detach");
    await expect.poll(() => fake.requests.slice(asked).some(({ path }) => path === "/api/generate"), SOON).toBe(true);
    worker.kill("SIGTERM");
    expect((await once(worker, "exit"))[0]).toBe(0);
    expect(fake.requests.every(({ isAborted }) => !isAborted)).toBe(true);
    expect((await fleet.status()).workers).toEqual([]);
    expect(await modelStatus()).toMatchObject({ active: 0 });
    const { collected } = await json<{ collected: number }>("queue", "collect", batch, "--no-wait");
    expect(collected).toBe(fake.requests.slice(asked).filter(({ path }) => path === "/api/generate").length);
  });

  it("says what is missing, without the password of the queue", async () => {
    const gone = await home.codo(["queue", "status", "--queue", "redis://me:hunter2@127.0.0.1:1"]);
    expect(gone.status).toBe(6);
    expect(gone.stderr).toMatch(/No queue was reached at redis:\/\/127\.0\.0\.1:1: .*\n.*Start its server/);
    expect(gone.stderr).not.toMatch(/hunter2/);
    const none = await home.codo(["queue", "status"]);
    expect([none.status, none.stderr]).toEqual([2, expect.stringMatching(/No queue is named/)]);
    const detached = await home.codo(["batch", "prompts.jsonl", "--detach"]);
    expect([detached.status, detached.stderr]).toEqual([2, expect.stringMatching(/--detach needs --queue/)]);
    for (const args of [
      ["collect", "none"],
      ["remove", "none"],
      ["failed", "--batch", "none"],
    ]) {
      const unknown = await home.codo(["queue", ...args, ...queue]);
      const lists = /^codo: The queue has no batch "none"\.\n {6}`codo queue status` lists.*\n$/;
      expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringMatching(lists)]);
    }
    const missing = await home.codo(["worker", ...queue, "--models", "other", "more"]);
    expect([missing.status, missing.stderr]).toEqual([7, expect.stringMatching(/"other" is not installed/)]);
  });
});

import type { ChildProcess } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RedisServer, startRedis } from "@codo/test-utils/redis";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningFake, startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import { type CliHome, createHome, ended } from "./support/cli-harness.js";
import { CERTIFICATE, KEY } from "./support/self-signed.js";

needsTools("redis-server");

const MODEL = "m:latest";
const PASSWORD = "A-LONG-PASSWORD";

let redis: RedisServer;
let fake: RunningFake;
let home: CliHome;
let worker: ChildProcess;
/** Trusts the certificate, and knows the password. */
let env: NodeJS.ProcessEnv;
let queue: string[];

beforeAll(async () => {
  const docs = await readFile(new URL("../../../docs/fleet.md", import.meta.url), "utf8");
  const user = /^ *(user fleet .+)$/m.exec(docs)?.[1] ?? "";
  redis = await startRedis({ tls: { certificate: CERTIFICATE, key: KEY }, users: ["user default off", user] });
  fake = await startFakeOllama({ models: [MODEL], serviceMs: 1 });
  home = await createHome(fake.url);
  const certificate = join(home.folder, "authority.pem");
  await writeFile(certificate, CERTIFICATE);
  await writeFile(join(home.folder, "prompts.txt"), "one\ntwo\nthree\n");
  env = { NODE_EXTRA_CA_CERTS: certificate, CODO_QUEUE_PASSWORD: PASSWORD };
  queue = ["--queue", redis.url.replace("://", "://fleet@")];
});
afterAll(async () => {
  worker?.kill("SIGKILL");
  await fake?.close();
  await redis?.close();
});

describe("a queue over TLS with no default user", () => {
  it("takes a batch, has it run by a worker, and gives the results to who collects them", async () => {
    const submitted = await home.codo(["batch", "prompts.txt", "-m", MODEL, ...queue, "--detach"], { env });
    expect(submitted.status, submitted.stderr).toBe(0);
    worker = home.start(["worker", ...queue], { env });
    const workerEnded = ended(worker);
    const id = submitted.stdout.trim();
    const collected = await home.codo(["queue", "collect", id, ...queue, "--json"], { env });
    expect(JSON.parse(collected.stdout)).toMatchObject({ collected: 3, failed: 0 });
    const lines = (await readFile(join(home.folder, "prompts.results.jsonl"), "utf8")).trim().split("\n");
    const answers = lines.map((line) => (JSON.parse(line) as { result: { response: string } }).result.response);
    expect(answers.sort()).toEqual(["one", "three", "two"]);
    worker.kill("SIGTERM");
    const { status, stdout, stderr } = await workerEnded;
    expect(status).toBe(0);
    expect(stdout + stderr).not.toContain(PASSWORD);
  });

  it.each([
    [
      "with a certificate that is not trusted",
      {},
      6,
      /No queue was reached at (\S+): it has a self-signed.*\n.*NODE_EXTRA_CA/,
    ],
    ["with a wrong password", { CODO_QUEUE_PASSWORD: "hunter2" }, 1, /at (\S+) refuses the login.*\n.*before @HOST/],
  ])("is not reached %s, which says where and never with what", async (_what, own, status, said) => {
    const trusting = "CODO_QUEUE_PASSWORD" in own ? env : { CODO_QUEUE_PASSWORD: PASSWORD };
    const refused = await home.codo(["queue", "status", ...queue], { env: { ...trusting, ...own } });
    expect(refused.status).toBe(status);
    expect(said.exec(refused.stderr)?.[1], refused.stderr).toBe(redis.url);
    expect(refused.stderr).not.toMatch(/hunter2|A-LONG|\*\*\*/);
    expect(refused.stderr.match(/NODE_EXTRA_CA|before @HOST/g)).toHaveLength(1);
  });

  it("says which queue its user has no right to", async () => {
    const other = await home.codo(["queue", "status", ...queue, "--queue-name", "other"], { env });
    expect([other.status, other.stderr]).toEqual([
      1,
      expect.stringMatching(/may not use the queue "other" at rediss:/),
    ]);
  });
});

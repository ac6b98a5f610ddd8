import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../src/create-engine.js";
import { startInference } from "../src/inference/start-inference.js";
import { loadBuiltinModels } from "../src/models/builtin-models.js";
import { DEFAULT_SETTINGS } from "../src/settings/engine-settings.js";
import { digestOf } from "../src/store/digest.js";
import { MEDIA_TYPES } from "../src/store/manifest.js";
import { parseModelName } from "../src/store/model-name.js";
import { ModelStore } from "../src/store/model-store.js";

const ENDLESS = fileURLToPath(new URL("../../test-utils/transcripts/models/tiny-endless.gguf", import.meta.url));

describe("an engine in trouble", () => {
  let folder: string;
  let engine: Engine;
  const pids = new Set<number>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "codo-trouble-"));
    const store = new ModelStore(folder);
    await putModel(store, "endless", (await store.blobs.putFile(ENDLESS)).digest);
    await putModel(store, "garbage", (await store.blobs.putText("GGUF but then nothing that makes sense")).digest);
    await putModel(store, "absent", digestOf("a blob that nobody brought"));
    engine = await createEngine({
      settings: { ...DEFAULT_SETTINGS, models: folder, maxLoadedModels: 1 },
      builtins: await loadBuiltinModels(),
      startInference: async (options, signal) => {
        const child = await startInference(options, signal);
        pids.add(child.pid);
        void child.exited.then(() => pids.delete(child.pid));
        return child;
      },
    });
  });

  afterAll(async () => {
    await engine.stop();
    expect([...pids]).toEqual([]);
    await rm(folder, { recursive: true });
  });

  const generate = (body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`${engine.url}/api/generate`, {
      method: "POST",
      body: JSON.stringify({ model: "endless", prompt: "Hi", ...body }),
      ...(signal !== undefined && { signal }),
    });
  const short = { stream: false, options: { num_predict: 3 } };
  const long = { options: { num_predict: 1_000_000 } };

  it("frees the sequence of a client that leaves in mid-stream", async () => {
    const client = new AbortController();
    const response = await generate(long, client.signal);
    await response.body?.getReader().read();
    client.abort();
    expect((await generate(short)).status).toBe(200);
  });

  it("frees the sequence of a client that leaves before its answer", async () => {
    const client = new AbortController();
    const answer = generate({ ...long, stream: false }, client.signal).catch(() => "left");
    await generate({ keep_alive: 60, prompt: "" });
    client.abort();
    expect(await answer).toBe("left");
    expect((await generate(short)).status).toBe(200);
  });

  it("ends a stream with an error line when its process is killed, and starts another for the next request", async () => {
    const response = await generate(long);
    const reader = response.body?.getReader();
    await reader?.read();
    for (const pid of pids) process.kill(pid, "SIGKILL");
    let rest = "";
    const decoder = new TextDecoder();
    for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
      rest += decoder.decode(step.value, { stream: true });
    }
    expect(rest.trimEnd().split("\n").at(-1)).toBe(
      '{"error":"an error was encountered while running the model: unexpected EOF"}',
    );
    expect((await generate(short)).status).toBe(200);
  });

  it.each(["garbage", "absent"])("makes an error of the model %j, and goes on", async (model) => {
    const response = await generate({ ...short, model });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.json()).toHaveProperty("error");
    const { models } = (await (await fetch(`${engine.url}/api/tags`)).json()) as { models: { name: string }[] };
    expect(models.map(({ name }) => name)).not.toContain(`${model}:latest`);
    expect((await generate(short)).status).toBe(200);
  });

  it("makes an error of a file whose head is right and whose body is not", async () => {
    const store = new ModelStore(folder);
    const { digest } = await store.blobs.putFile(await truncated(folder));
    await putModel(store, "cut", digest);
    const response = await generate({ ...short, model: "cut" });
    expect(response.status).toBe(500);
    expect(await response.json()).toHaveProperty("error");
    expect((await generate(short)).status).toBe(200);
  });

  it("survives what is no HTTP, and bodies that are no JSON", async () => {
    await Promise.all(Array.from({ length: 20 }, () => sendRaw(engine.port, randomBytes(200))));
    const malformed = await fetch(`${engine.url}/api/chat`, { method: "POST", body: randomBytes(100) });
    expect(malformed.status).toBe(400);
    expect((await generate(short)).status).toBe(200);
  });

  it("gives the context without the stop string that was cut off, as recorded in generate-stop", async () => {
    const answer = await generate({ stream: false, options: { num_predict: 50, stop: [" blue"] } });
    expect(await answer.json()).toMatchObject({
      response: " the sky is",
      context: [72, 105, 294, 672, 297],
      prompt_eval_count: 2,
      eval_count: 4,
    });
  });

  it.each(["/api/blobs/..%2f..%2fetc%2fpasswd", "/api/blobs/sha256:..%2f..%2fx", "/api/blobs/../../manifests"])(
    "keeps %j inside the store",
    async (path) => {
      const { status } = await sendRaw(
        engine.port,
        Buffer.from(`HEAD ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
      );
      expect([400, 404]).toContain(status);
    },
  );

  it("speaks to clients of HTTP/1.0 without chunks", async () => {
    const { status, text } = await sendRaw(engine.port, Buffer.from("GET /api/tags HTTP/1.0\r\n\r\n"));
    expect(status).toBe(200);
    expect(text).not.toContain("Transfer-Encoding");
    expect(JSON.parse(text.slice(text.indexOf("\r\n\r\n")))).toHaveProperty("models");
  });
});

async function putModel(store: ModelStore, name: string, digest: string): Promise<void> {
  const parsed = parseModelName(name);
  if (parsed === undefined) throw new TypeError(name);
  const config = await store.blobs.putText("{}");
  await store.put(parsed, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: { mediaType: MEDIA_TYPES.config, digest: config.digest, size: config.size },
    layers: [{ mediaType: MEDIA_TYPES.model, digest, size: 1 }],
  });
}

async function truncated(folder: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const whole = await readFile(ENDLESS);
  const path = join(folder, "cut.gguf");
  await writeFile(path, whole.subarray(0, Math.floor(whole.length / 2)));
  return path;
}

function sendRaw(port: number, bytes: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (data) => {
      text += data.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text }));
  });
}

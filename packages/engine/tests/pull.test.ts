import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RegistryFaults, ScriptedRegistry } from "@codo/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { startEngine } from "../src/index.js";
import { type PullLine, pullModel } from "../src/registry/pull-model.js";
import { parseModelName } from "../src/store/model-name.js";
import { ModelStore } from "../src/store/model-store.js";

const GGUF = new URL("../models/codo-tiny/codo-tiny.gguf", import.meta.url);
const MODEL = "application/vnd.ollama.image.model";
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function place(
  faults: RegistryFaults = {},
): Promise<{ registry: ScriptedRegistry; folder: string; store: ModelStore }> {
  const registry = await ScriptedRegistry.start(faults);
  const folder = await mkdtemp(join(tmpdir(), "codo-pull-"));
  closing.push(
    () => registry[Symbol.asyncDispose](),
    () => rm(folder, { recursive: true, force: true }),
  );
  return { registry, folder, store: new ModelStore(folder) };
}

async function pull(
  store: ModelStore,
  model: string,
  signal = new AbortController().signal,
  stallMs = 30_000,
): Promise<PullLine[]> {
  const lines: PullLine[] = [];
  const name = parseModelName(model);
  if (name === undefined) throw new Error(`no name: ${model}`);
  await pullModel({
    store,
    name,
    access: { isPlain: true },
    signal,
    limits: { stallMs },
    say: async (line) => void lines.push(line),
  });
  return lines;
}

const blobs = async (folder: string): Promise<string[]> => (await readdir(join(folder, "blobs"))).sort();

describe("a pull", () => {
  it("brings a model that runs, in Ollama's own layout, byte for byte", async () => {
    const { registry, folder } = await place();
    const weights = await readFile(GGUF);
    const config = '{"model_format":"gguf"}';
    const model = registry.put("tiny", [{ mediaType: MODEL, content: weights }], config);
    const engine = await startEngine({ models: folder });
    closing.push(() => engine.stop());
    const response = await fetch(`${engine.url}/api/pull`, {
      method: "POST",
      body: JSON.stringify({ model, insecure: true }),
    });
    const lines = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as PullLine);
    expect(lines.at(0)).toEqual({ status: "pulling manifest" });
    expect(lines.slice(-3).map(({ status }) => status)).toEqual([
      "verifying sha256 digest",
      "writing manifest",
      "success",
    ]);
    expect(lines.some(({ completed, total }) => completed === weights.length && total === weights.length)).toBe(true);
    const short = `${registry.host}/library/tiny:latest`;
    const manifest = await readFile(join(folder, "manifests", registry.host, "library", "tiny", "latest"), "utf8");
    expect(manifest).toBe(registry.manifest("tiny"));
    const digest = createHash("sha256").update(manifest).digest("hex");
    const tags = (await (await fetch(`${engine.url}/api/tags`)).json()) as {
      models: { name: string; digest: string }[];
    };
    expect(tags.models).toContainEqual(expect.objectContaining({ name: short, digest }));
    const chat = {
      model: short,
      messages: [{ role: "user", content: "Why is the sky blue?" }],
      think: false,
      stream: false,
    };
    const reply = await fetch(`${engine.url}/api/chat`, { method: "POST", body: JSON.stringify(chat) });
    expect(((await reply.json()) as { message: { content: string } }).message.content).toMatch(/blue/);
    const before = registry.blobBytesSent;
    const again = await fetch(`${engine.url}/api/pull`, {
      method: "POST",
      body: JSON.stringify({ model, insecure: true, stream: false }),
    });
    expect(await again.json()).toEqual({ status: "success" });
    expect(registry.blobBytesSent).toBe(before);
  });

  it.each<[string, RegistryFaults]>([
    ["cuts connections", { cut: { afterBytes: 300_000, times: 4 } }],
    ["stops in the middle", { stalls: 2 }],
    ["knows no ranges", { ignoresRanges: true, cut: { afterBytes: 700_000, times: 2 } }],
    ["wants a token", { token: "secret" }],
    ["sends blobs from elsewhere", { token: "secret", redirects: true }],
  ])("comes to its end where the registry %s", async (_, faults) => {
    const { registry, folder, store } = await place(faults);
    const content = randomBytes(2_000_000);
    const model = registry.put("m", [{ mediaType: MODEL, content }], "{}");
    const lines = await pull(store, model, undefined, 200);
    expect(lines.at(-1)).toEqual({ status: "writing manifest" });
    const digest = createHash("sha256").update(content).digest("hex");
    expect((await readFile(join(folder, "blobs", `sha256-${digest}`))).equals(content)).toBe(true);
    expect(await blobs(folder)).toHaveLength(2);
    // The token is for the registry alone.
    expect(registry.authorizations.every((sent) => sent === undefined)).toBe(true);
  });

  it("gets a large blob in stretches side by side", async () => {
    const { registry, folder, store } = await place();
    const content = randomBytes(40 * 2 ** 20);
    await pull(store, registry.put("large", [{ mediaType: MODEL, content }], "{}"));
    const digest = createHash("sha256").update(content).digest("hex");
    expect((await readFile(join(folder, "blobs", `sha256-${digest}`))).equals(content)).toBe(true);
    expect(registry.starts.slice(0, 2).sort()).toEqual([0, content.length / 2]);
    expect(registry.blobBytesSent).toBe(content.length + 2);
  });

  it("that is left goes on where it was, and lists no part of a model", async () => {
    const { registry, folder, store } = await place({ stalls: 1 });
    const content = randomBytes(2_000_000);
    const model = registry.put("m", [{ mediaType: MODEL, content }], "{}");
    const leaving = new AbortController();
    const left = pull(store, model, leaving.signal);
    // All that the registry sends before it stalls has been written.
    const digest = createHash("sha256").update(content).digest("hex");
    const begun = async (): Promise<Buffer> =>
      (await readFile(join(folder, "blobs", `sha256-${digest}-codo-partial`)).catch(() => Buffer.alloc(0))).subarray(
        0,
        5000,
      );
    await expect.poll(async () => (await begun()).equals(content.subarray(0, 5000))).toBe(true);
    leaving.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect(await store.list()).toEqual([]);
    const before = registry.blobBytesSent;
    await pull(store, model);
    expect(registry.blobBytesSent - before).toBe(content.length - 5000 + 2);
    expect(await store.list()).toHaveLength(1);
    expect(await blobs(folder)).toHaveLength(2);
  });

  it("of two at once is one transfer", async () => {
    const { registry, folder, store } = await place();
    const content = randomBytes(2_000_000);
    const model = registry.put("m", [{ mediaType: MODEL, content }], "{}");
    await Promise.all([pull(store, model), pull(new ModelStore(folder), model), pull(store, model)]);
    expect(registry.blobBytesSent).toBe(content.length + 2);
    expect(await store.list()).toHaveLength(1);
  });

  it("refuses bytes that have another digest, and keeps nothing of them", async () => {
    const { registry, folder, store } = await place({ corrupts: true });
    const model = registry.put("m", [{ mediaType: MODEL, content: randomBytes(50_000) }], "{}");
    await expect(pull(store, model)).rejects.toThrow(/^digest mismatch, file must be downloaded again: want sha256:/);
    expect(await store.list()).toEqual([]);
    registry.faults.corrupts = false;
    await pull(store, model);
    expect(await store.list()).toHaveLength(1);
    expect((await blobs(folder)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("takes away what the new version no longer needs", async () => {
    const { registry, folder, store } = await place();
    await pull(store, registry.put("m", [{ mediaType: MODEL, content: randomBytes(20_000) }], "{}"));
    const lines = await pull(store, registry.put("m", [{ mediaType: MODEL, content: randomBytes(30_000) }], "{}"));
    expect(lines.at(-1)).toEqual({ status: "removing unused layers" });
    expect(await blobs(folder)).toHaveLength(2);
  });

  it("says what the registry said, and when nobody was reached", async () => {
    const gone = await ScriptedRegistry.start();
    const { host } = gone;
    await gone[Symbol.asyncDispose]();
    const { registry, store } = await place();
    await expect(pull(store, `http://${registry.host}/library/nope`)).rejects.toThrow(
      "pull model manifest: file does not exist",
    );
    await expect(pull(store, `http://${registry.host}/library/x:broken`)).rejects.toThrow(
      "pull model manifest: 500: internal error",
    );
    await expect(pull(store, `http://${host}/library/x`)).rejects.toThrow(
      `Get "http://${host}/v2/library/x/manifests/latest": dial tcp ${host}: connect: connection refused`,
    );
  });
});

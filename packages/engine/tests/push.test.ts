import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startEngine } from "../src/index.js";
import type { PullLine } from "../src/registry/pull-model.js";
import { pushModel } from "../src/registry/push-model.js";
import type { UploadLimits } from "../src/registry/upload-blob.js";
import { type Layer, MEDIA_TYPES } from "../src/store/manifest.js";
import { type ModelName, parseModelName } from "../src/store/model-name.js";
import { ModelStore } from "../src/store/model-store.js";
import { type UploadFaults, UploadRegistry } from "./upload-registry.js";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const PART_BYTES = 100_000;

interface Place {
  registry: UploadRegistry;
  folder: string;
  store: ModelStore;
  name: ModelName;
  /** The weights of the model that waits to be pushed. */
  content: Buffer;
  layer: Layer;
}

/** A registry, and a store with a model of its name that is five parts long. */
async function place(faults: UploadFaults = {}): Promise<Place> {
  const registry = await UploadRegistry.start(faults);
  const folder = await mkdtemp(join(tmpdir(), "codo-push-"));
  closing.push(
    () => registry[Symbol.asyncDispose](),
    () => rm(folder, { recursive: true, force: true }),
  );
  const store = new ModelStore(folder);
  const name = nameOf(`${registry.host}/someone/m:1`);
  const content = Buffer.alloc(PART_BYTES * 4 + 1234);
  for (let at = 0; at < content.length; at += 32) createHash("sha256").update(String(at)).digest().copy(content, at);
  const layer = await putBlob(store, content.toString("base64"), MEDIA_TYPES.model);
  const config = await putBlob(store, "{}", MEDIA_TYPES.config);
  // Not as JSON.stringify writes it: the digest is that of these bytes.
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers: [layer] };
  await store.exclusively(() => store.putText(name, JSON.stringify(manifest, null, 3)));
  return { registry, folder, store, name, content: Buffer.from(content.toString("base64")), layer };
}

async function putBlob(store: ModelStore, content: string, mediaType: string): Promise<Layer> {
  const { digest, size } = await store.blobs.putText(content);
  return { mediaType, digest, size };
}

function nameOf(text: string): ModelName {
  const name = parseModelName(text);
  if (name === undefined) throw new TypeError(text);
  return name;
}

async function push(
  { store, name }: Pick<Place, "store" | "name">,
  { signal = new AbortController().signal, ...limits }: UploadLimits & { signal?: AbortSignal } = {},
): Promise<PullLine[]> {
  const lines: PullLine[] = [];
  const all = { partBytes: PART_BYTES, ...limits };
  const say = async (line: PullLine): Promise<void> => void lines.push(line);
  await pushModel({ store, name, access: { isPlain: true }, signal, limits: all, say });
  return lines;
}

describe("a push", () => {
  it("brings what is missing, then the manifest byte for byte", async () => {
    const { registry, folder, content, layer, ...rest } = await place();
    const lines = await push(rest);
    const status = `pushing ${layer.digest.slice(7, 19)}`;
    const line = { status, digest: layer.digest, total: content.length };
    const statuses = lines.map((said) => said.status);
    expect(statuses[0]).toBe("retrieving manifest");
    expect(statuses.at(-1)).toBe("pushing manifest");
    expect(lines.filter((said) => said.status === status)).toEqual(
      [1, 2, 3, 4, 5, 6].map((part) => ({ ...line, completed: Math.min(content.length, part * PART_BYTES) })),
    );
    expect(registry.blobs.get(layer.digest)?.equals(content)).toBe(true);
    const path = join(folder, "manifests", registry.host, "someone", "m", "1");
    expect(registry.manifests.get("/v2/someone/m/manifests/1")).toEqual({
      type: MEDIA_TYPES.manifest,
      text: await readFile(path, "utf8"),
    });
    const before = registry.bytesReceived;
    const again = await push(rest);
    expect(again).toContainEqual({ ...line, completed: content.length });
    expect(registry.bytesReceived).toBe(before);
  });

  it.each<[string, UploadFaults]>([
    ["cuts connections in the middle of a part", { cuts: 3 }],
    ["takes a part and stays silent", { silences: 2 }],
    ["is busy", { busy: 3 }],
    ["wants a token for pulling and another for pushing", { wantsToken: true }],
  ])("goes on from what has come where the registry %s", async (_, faults) => {
    const { registry, content, layer, ...rest } = await place(faults);
    await push(rest, { partMs: 2000 });
    expect(registry.blobs.get(layer.digest)?.equals(content)).toBe(true);
    expect(registry.manifests.size).toBe(1);
    // One upload for each of the two blobs, and no part again but those that failed.
    expect(registry.uploadsBegun).toBe(2);
    expect(registry.bytesReceived).toBeLessThanOrEqual(content.length + 2 + 3 * PART_BYTES);
  });

  it.each<[string, UploadFaults]>([
    ["forgets what had come", { forgets: 1 }],
    ["has other bytes than were sent", { spoils: 1 }],
  ])("begins a blob anew where the registry %s", async (_, faults) => {
    const { registry, content, layer, ...rest } = await place(faults);
    await push(rest);
    expect(registry.blobs.get(layer.digest)?.equals(content)).toBe(true);
    expect(registry.uploadsBegun).toBe(3);
  });

  it("gives up what gets nowhere, and publishes no manifest", async () => {
    const { registry, layer, ...rest } = await place({ busy: 100 });
    await expect(push(rest, { attempts: 3 })).rejects.toThrow(
      `push ${layer.digest}: the registry answered with status 503: busy`,
    );
    expect(registry.manifests.size).toBe(0);
  });

  it("asks once where the registry says no", async () => {
    const { registry, layer, ...rest } = await place({ forbids: true });
    await expect(push(rest)).rejects.toThrow(
      `push ${layer.digest}: the registry answered with status 403: no pushing here`,
    );
    expect(registry.bytesReceived).toBe(0);
  });

  it("stops with its client", async () => {
    const { registry, store, name } = await place({ silences: 1 });
    const leaving = new AbortController();
    const left = push({ store, name }, { signal: leaving.signal });
    await expect.poll(() => registry.faults.silences).toBe(0);
    leaving.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    expect(registry.manifests.size).toBe(0);
  });

  it("says what is not there, and who was not reached", async () => {
    const { store } = await place();
    const missing = nameOf("127.0.0.1:9/library/nope");
    await expect(push({ store, name: missing })).rejects.toThrow(
      `open ${store.manifestPath(missing)}: no such file or directory`,
    );
    const { registry, layer, ...rest } = await place();
    const { host } = registry;
    await registry[Symbol.asyncDispose]();
    await expect(push(rest)).rejects.toThrow(
      `Head "http://${host}/v2/someone/m/blobs/${layer.digest}": dial tcp ${host}: connect: connection refused`,
    );
  });

  it("is a route of the engine; a built-in model is copied first", async () => {
    const { registry, folder } = await place();
    const engine = await startEngine({ models: folder });
    closing.push(() => engine.stop());
    const post = async (path: string, body: object): Promise<string> =>
      await (await fetch(`${engine.url}${path}`, { method: "POST", body: JSON.stringify(body) })).text();
    expect(await post("/api/push", { model: "codo-tiny", insecure: true })).toContain(
      "is built in: copy it to a name of yours, and push that",
    );
    const model = `${registry.host}/me/tiny`;
    await post("/api/copy", { source: "codo-tiny", destination: model });
    const text = await post("/api/push", { model: `http://${model}`, insecure: true });
    expect(text.trim().split("\n").slice(-2)).toEqual(['{"status":"pushing manifest"}', '{"status":"success"}']);
    const weights = await readFile(new URL("../models/codo-tiny/codo-tiny.gguf", import.meta.url));
    const digest = `sha256:${createHash("sha256").update(weights).digest("hex")}`;
    expect(registry.blobs.get(digest)?.equals(weights)).toBe(true);
  });
});

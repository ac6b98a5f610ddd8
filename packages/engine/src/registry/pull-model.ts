import { mkdir, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { withFileLock } from "@codo/ollama-node-kit";
import { ApiError } from "../http/api-error.js";
import { digestOfFile } from "../store/digest.js";
import { type Layer, parseManifest } from "../store/manifest.js";
import type { ModelName } from "../store/model-name.js";
import type { ModelStore } from "../store/model-store.js";
import { type DownloadLimits, downloadBlob } from "./download-blob.js";
import { PartialBlob } from "./partial-blob.js";
import { type RegistryAccess, RegistryClient } from "./registry-client.js";

/** One line of a pull. */
export interface PullLine {
  status: string;
  digest?: string;
  total?: number;
  completed?: number;
}

/** What a pull needs. */
export interface PullRequest {
  store: ModelStore;
  name: ModelName;
  access?: RegistryAccess;
  signal: AbortSignal;
  say: (line: PullLine) => Promise<void>;
  limits?: DownloadLimits;
}

/** Between two lines about one blob; a person does not read faster. */
const LINE_EVERY_MS = 60;
/** Another process that gets the same blob is waited for. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/**
 * Gets a model from its registry: the blobs that are not there, each checked against its digest, and then the manifest, so
 * that no model is listed before it is whole. What was got before stays for the next attempt.
 * @throws ApiError
 */
export async function pullModel({ store, name, access, signal, say, limits }: PullRequest): Promise<void> {
  await say({ status: "pulling manifest" });
  const registry = new RegistryClient(name, access);
  const text = await registry.manifest(signal);
  const manifest = parseManifest(text);
  if (manifest === undefined) throw new ApiError(500, "pull model manifest: the registry's answer is not a manifest");
  const layers = [...new Map([...manifest.layers, manifest.config].map((layer) => [layer.digest, layer])).values()];
  await assertRoom(store, layers);
  for (const { digest } of layers) await store.claimBlob(digest);
  try {
    // Each blob is checked as soon as it is there; an error is reported when all are, as the real server does.
    const failures: ApiError[] = [];
    for (const layer of layers) {
      const failure = await pullLayer({ store, registry, signal, say, ...(limits && { limits }) }, layer);
      if (failure !== undefined) failures.push(failure);
    }
    await say({ status: "verifying sha256 digest" });
    if (failures[0] !== undefined) throw failures[0];
    await say({ status: "writing manifest" });
    await store.exclusively(() => putManifest(store, name, text, say));
  } finally {
    await store.blobs.release(layers.map(({ digest }) => digest));
  }
}

type LayerTask = Pick<PullRequest, "store" | "signal" | "say" | "limits"> & { registry: RegistryClient };

/** Gets a layer's blob, unless it is there; resolves to what is wrong with its bytes, if they are not what was asked for. */
async function pullLayer(
  { store, registry, signal, say, limits }: LayerTask,
  layer: Layer,
): Promise<ApiError | undefined> {
  const { digest, size } = layer;
  const line = { status: `pulling ${digest.slice("sha256:".length, "sha256:".length + 12)}`, digest, total: size };
  const report = (completed: number): Promise<void> => say(completed === 0 ? line : { ...line, completed });
  const path = `${store.blobs.path(digest)}-codo-partial`;
  await mkdir(dirname(path), { recursive: true });
  const get = async (): Promise<ApiError | undefined> => {
    // The process that had the lock before may have got it.
    if (!(await store.blobs.has(digest))) {
      const partial = await PartialBlob.open(path, size);
      let reportedAtMs = performance.now();
      await report(partial.completedBytes);
      const onProgress = (): void => {
        if (performance.now() - reportedAtMs < LINE_EVERY_MS) return;
        reportedAtMs = performance.now();
        void report(partial.completedBytes);
      };
      try {
        await downloadBlob(registry, digest, { partial, signal, onProgress, ...(limits && { limits }) });
      } finally {
        await partial.close();
      }
      const failure = await publish(store, digest, path);
      if (failure !== undefined) return failure;
    }
    if (size > 0) await report(size);
    return undefined;
  };
  return await withFileLock(path, get, { waitMs: LONGEST_WAIT_MS });
}

/** Puts a blob in its place, if its bytes have its digest; else takes them away, and says so. */
async function publish(store: ModelStore, digest: string, path: string): Promise<ApiError | undefined> {
  const actual = await digestOfFile(path);
  if (actual === digest) {
    await PartialBlob.publish(path, store.blobs.path(digest));
    return undefined;
  }
  await PartialBlob.remove(path);
  return new ApiError(500, `digest mismatch, file must be downloaded again: want ${digest}, got ${actual}`);
}

async function putManifest(store: ModelStore, name: ModelName, text: string, say: PullRequest["say"]): Promise<void> {
  const old = await store.get(name);
  await store.putText(name, text);
  if (old === undefined) return;
  const before = [old.manifest.config.digest, ...old.manifest.layers.map(({ digest }) => digest)];
  if (before.every((digest) => text.includes(digest.slice("sha256:".length)))) return;
  await say({ status: "removing unused layers" });
  await store.removeUnused(before);
}

/** A disk that would be full is found before hours of a download. @throws ApiError */
async function assertRoom(store: ModelStore, layers: readonly Layer[]): Promise<void> {
  let neededBytes = 0;
  for (const { digest, size } of layers) if (!(await store.blobs.has(digest))) neededBytes += size;
  const folder = dirname(store.blobs.path("sha256:0"));
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (neededBytes <= freeBytes) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new ApiError(
    500,
    `the model needs ${gigabytes(neededBytes)}, and ${gigabytes(freeBytes)} are free in ${folder}: remove models that are not needed, or name another folder with OLLAMA_MODELS`,
  );
}

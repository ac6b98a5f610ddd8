import { ApiError } from "../http/api-error.js";
import { type Layer, MEDIA_TYPES } from "../store/manifest.js";
import type { ModelName } from "../store/model-name.js";
import type { ModelStore } from "../store/model-store.js";
import type { PullLine } from "./pull-model.js";
import { type RegistryAccess, RegistryClient } from "./registry-client.js";
import { type UploadLimits, uploadBlob } from "./upload-blob.js";

/** What a push needs. */
export interface PushRequest {
  store: ModelStore;
  name: ModelName;
  access?: RegistryAccess;
  signal: AbortSignal;
  say: (line: PullLine) => Promise<void>;
  limits?: UploadLimits;
}

/**
 * Brings a model to its registry: the blobs that are not there, and then the manifest byte for byte, so that its digest
 * stays and no model is there before it is whole.
 * @throws ApiError
 */
export async function pushModel({ store, name, access, signal, say, limits }: PushRequest): Promise<void> {
  await say({ status: "retrieving manifest" });
  const stored = await store.get(name);
  const text = stored && (await store.manifestText(stored.name));
  if (stored === undefined || text === undefined) {
    await say({ status: "couldn't retrieve manifest" });
    throw new ApiError(500, `open ${store.manifestPath(name)}: no such file or directory`);
  }
  const registry = new RegistryClient(name, access);
  const { config, layers } = stored.manifest;
  const blobs = [...new Map([...layers, config].map((layer) => [layer.digest, layer])).values()];
  for (const layer of blobs) {
    await pushBlob(registry, layer, { store, signal, say, ...(limits && { limits }) });
  }
  await say({ status: "pushing manifest" });
  const headers = { "content-type": stored.manifest.mediaType || MEDIA_TYPES.manifest };
  const response = await registry.request(registry.manifestUrl, { method: "put", headers, body: text, signal });
  const answer = (await response.text()).trim();
  if (!response.ok) throw new ApiError(500, `push model manifest: ${response.status}: ${answer}`);
}

async function pushBlob(
  registry: RegistryClient,
  { digest, size }: Layer,
  { store, signal, say, limits }: Pick<PushRequest, "store" | "signal" | "say" | "limits">,
): Promise<void> {
  const status = `pushing ${digest.slice("sha256:".length, "sha256:".length + 12)}`;
  const onProgress = (completed: number): Promise<void> => say({ status, digest, total: size, completed });
  const known = await registry.request(registry.blobUrl(digest), { method: "head", signal });
  if (known.ok) return await onProgress(size);
  if (known.status !== 404)
    throw new ApiError(500, `push ${digest}: the registry answered with status ${known.status}`);
  const sizeBytes = await store.blobs.size(digest);
  if (sizeBytes === undefined) throw new ApiError(500, `open ${store.blobs.path(digest)}: no such file or directory`);
  const path = store.blobs.path(digest);
  await uploadBlob(registry, { digest, path, sizeBytes, signal, onProgress, ...(limits && { limits }) });
}

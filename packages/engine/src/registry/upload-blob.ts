import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../http/api-error.js";
import type { RegistryClient, RegistryRequest } from "./registry-client.js";

/** How a part that gets nowhere is given up. */
export interface UploadLimits {
  /** Bytes of one part. @defaultValue 4 194 304 */
  partBytes?: number;
  /** How long one part may take, in milliseconds, before it is sent again. @defaultValue 60 000 */
  partMs?: number;
  /** How often in a row a blob gets no further. @defaultValue 6 */
  attempts?: number;
}

/** A blob on its way to a registry. */
export interface Upload {
  digest: string;
  /** The blob's file. */
  path: string;
  sizeBytes: number;
  signal: AbortSignal;
  limits?: UploadLimits;
  onProgress: (completedBytes: number) => Promise<void>;
}

/** Where the registry keeps what has come of a blob, and how much that is. */
interface Session {
  url: string;
  offset: number;
}

/**
 * Brings a blob to a registry, part by part. After a failure the registry is asked how much has come, and the upload goes
 * on from there; where it no longer knows, it begins again.
 * Source: OCI's distribution specification, "Pushing a blob in chunks".
 * @throws ApiError
 */
export async function uploadBlob(registry: RegistryClient, upload: Upload): Promise<void> {
  const { attempts = 6 } = upload.limits ?? {};
  const file = await open(upload.path);
  let session: Session | undefined;
  let furthest = 0;
  try {
    for (let failures = 0; ; ) {
      try {
        session = session === undefined ? await begin(registry, upload) : await resume(registry, upload, session);
        if (session !== undefined) return await bring({ registry, upload, file, session });
        throw new ApiError(500, `push ${upload.digest}: the registry forgot what had come of the blob`);
      } catch (error) {
        upload.signal.throwIfAborted();
        if (error instanceof Refusal) throw new ApiError(500, error.message, { cause: error });
        const offset = session?.offset ?? 0;
        failures = offset > furthest ? 1 : failures + 1;
        furthest = Math.max(furthest, offset);
        if (failures >= attempts) throw error;
        await delay(Math.min(5000, 100 * 2 ** failures), undefined, { signal: upload.signal });
      }
    }
  } finally {
    await file.close();
  }
}

/** What asking again does not change. */
class Refusal extends Error {}

async function begin(registry: RegistryClient, { digest, signal, limits }: Upload): Promise<Session> {
  const url = registry.blobUrl("uploads/");
  const response = await ask(registry, url, { method: "post", body: "", signal, limits });
  if (response.status !== 202) throw await failure(response, digest);
  return { url: locationOf(response, url), offset: 0 };
}

/** How much has come; `undefined` where the registry does not know, or says it in a way that can mean two things. */
async function resume(
  registry: RegistryClient,
  { signal, limits }: Upload,
  { url }: Session,
): Promise<Session | undefined> {
  const response = await ask(registry, url, { signal, limits });
  await response.body?.cancel();
  const last = /^(?:bytes=)?0-(\d+)$/.exec(response.headers.get("range") ?? "")?.[1];
  // `0-0` is nothing or one byte.
  if (!response.ok || last === undefined || last === "0") return undefined;
  return { url: locationOf(response, url), offset: Number(last) + 1 };
}

interface Task {
  registry: RegistryClient;
  upload: Upload;
  file: FileHandle;
  session: Session;
}

async function bring({ registry, upload, file, session }: Task): Promise<void> {
  const { digest, sizeBytes, signal, limits = {}, onProgress } = upload;
  const buffer = Buffer.alloc(Math.min(limits.partBytes ?? 4 * 2 ** 20, sizeBytes));
  while (session.offset < sizeBytes) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, session.offset);
    if (bytesRead === 0) throw new Refusal(`push ${digest}: its file is shorter than its manifest says`);
    const end = session.offset + bytesRead;
    const headers = {
      "content-type": "application/octet-stream",
      "content-range": `${session.offset}-${end - 1}`,
    };
    const body = buffer.subarray(0, bytesRead);
    const response = await ask(registry, session.url, { method: "patch", headers, body, signal, limits });
    if (!response.ok) throw await failure(response, digest);
    await response.body?.cancel();
    session.url = locationOf(response, session.url);
    session.offset = end;
    await onProgress(end);
  }
  const url = new URL(session.url);
  url.searchParams.set("digest", digest);
  const response = await ask(registry, url.href, { method: "put", body: "", signal, limits });
  if (response.ok) return await response.body?.cancel();
  // What has come is not the blob: nothing of it can be gone on with.
  session.url = registry.blobUrl("uploads/none");
  throw await failure(response, digest);
}

async function ask(
  registry: RegistryClient,
  url: string,
  { limits, ...request }: RegistryRequest & { limits?: UploadLimits | undefined },
): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(limits?.partMs ?? 60_000)]);
  return await registry.request(url, { ...request, signal });
}

function locationOf(response: Response, url: string): string {
  return new URL(response.headers.get("location") ?? url, url).href;
}

/** A registry that says no means it; one that is busy, ill or has lost an upload may take it later. */
async function failure(response: Response, digest: string): Promise<Error> {
  const text = (await response.text()).trim();
  const message = `push ${digest}: the registry answered with status ${response.status}${text && `: ${text}`}`;
  const isFinal = [401, 403, 405, 413].includes(response.status);
  return isFinal ? new Refusal(message) : new ApiError(500, message);
}

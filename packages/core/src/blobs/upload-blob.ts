import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { CallOptions } from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import { hashFile } from "./hash-file.js";
import type { UploadProgress } from "./upload-progress.js";

/** The part of the client that uploads need. */
export interface BlobClient {
  headBlob(digest: string, options?: CallOptions): Promise<boolean>;
  createBlob(
    digest: string,
    body: AsyncIterable<Uint8Array>,
    options?: CallOptions & { sizeBytes?: number },
  ): Promise<unknown>;
}

/** What an upload takes beside its file. */
export interface UploadOptions {
  onUpload?: ((progress: UploadProgress) => void) | undefined;
  call?: CallOptions | undefined;
}

/**
 * Puts a file on the server as a blob and returns its digest. The file is hashed and sent as a stream, never held in
 * memory; a blob that the server has is not sent.
 * @throws OllamaError `INVALID_REQUEST` when the file cannot be read
 */
export async function uploadFile(client: BlobClient, path: string, options: UploadOptions = {}): Promise<string> {
  const { onUpload, call } = options;
  const { digest, totalBytes } = await examine(path, call?.signal);
  if (await client.headBlob(digest, call)) {
    onUpload?.({ path, digest, completedBytes: totalBytes, totalBytes, skipped: true });
    return digest;
  }
  const report = (completedBytes: number): void =>
    onUpload?.({ path, digest, completedBytes, totalBytes, skipped: false });
  await client.createBlob(digest, readPieces(path, report), { ...call, sizeBytes: totalBytes });
  return digest;
}

async function examine(path: string, signal: AbortSignal | undefined): Promise<{ digest: string; totalBytes: number }> {
  try {
    const { size } = await stat(path);
    return { digest: await hashFile(path, signal), totalBytes: size };
  } catch (error) {
    if (signal?.aborted) {
      throw new OllamaError("ABORTED", `The caller aborted the upload of "${path}".`, {
        cause: error,
        details: { path },
      });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new OllamaError("INVALID_REQUEST", `The file "${path}" could not be read: ${reason}. Check the path.`, {
      cause: error,
      details: { path },
    });
  }
}

async function* readPieces(path: string, report: (completedBytes: number) => void): AsyncGenerator<Uint8Array> {
  let completedBytes = 0;
  for await (const bytes of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    yield bytes as Uint8Array;
    completedBytes += (bytes as Uint8Array).length;
    report(completedBytes);
  }
}

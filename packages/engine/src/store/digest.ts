import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const READ_BYTES = 2 ** 18;

const DIGEST = /^sha256[:-]([0-9a-fA-F]{64})$/;

/** Reads `sha256:<hex>` or `sha256-<hex>` in the first form; `undefined` when it is neither. */
export function parseDigest(text: string): string | undefined {
  const hex = DIGEST.exec(text)?.[1];
  return hex === undefined ? undefined : `sha256:${hex.toLowerCase()}`;
}

/** The digest of some bytes. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** The digest of a file. One buffer is read into again and again: of new ones hundreds of megabytes would wait to be freed. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return `sha256:${hash.digest("hex")}`;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** A digest's file name in the folder of blobs. */
export function blobFileName(digest: string): string {
  return digest.replace(":", "-");
}

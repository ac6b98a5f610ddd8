import { createHash } from "node:crypto";

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

/** A digest's file name in the folder of blobs. */
export function blobFileName(digest: string): string {
  return digest.replace(":", "-");
}

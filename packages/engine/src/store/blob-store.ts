import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { newSiblingPath, sweepSiblings } from "@codo/ollama-node-kit";
import { blobFileName, digestOf, digestOfFile } from "./digest.js";

/** Bytes that did not have the digest under which they were to be kept. */
export class DigestMismatch extends Error {
  constructor(expected: string, actual: string) {
    super(`digest mismatch, expected "${expected}", got "${actual}"`);
    this.name = "DigestMismatch";
  }
}

/** How long a blob stays claimed, and a part of one counts as being written, without a sign of life. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** The folder of a store's blobs: files by the digest of their content, written whole or not at all. */
export class BlobStore {
  readonly #folder: string;
  readonly #claims = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where a blob is, or would be. */
  path(digest: string): string {
    return join(this.#folder, blobFileName(digest));
  }

  async has(digest: string): Promise<boolean> {
    return (await this.size(digest)) !== undefined;
  }

  /** Size in bytes; `undefined` when the blob is not there. */
  async size(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.path(digest))).size;
    } catch {
      return undefined;
    }
  }

  readText(digest: string): Promise<string> {
    return readFile(this.path(digest), "utf8");
  }

  /** Keeps a text; resolves to its digest, and whether it was new. */
  async putText(text: string): Promise<{ digest: string; size: number; isNew: boolean }> {
    const digest = digestOf(text);
    const size = Buffer.byteLength(text);
    if (await this.has(digest)) return { digest, size, isNew: false };
    const temporary = await this.#temporaryPath(digest);
    try {
      await writeFile(temporary, text, { flag: "wx" });
      await rename(temporary, this.path(digest));
    } finally {
      await rm(temporary, { force: true });
    }
    return { digest, size, isNew: true };
  }

  /** Keeps what a stream brings. @throws DigestMismatch when it is something else */
  async putStream(digest: string, content: Readable, signal?: AbortSignal): Promise<void> {
    const temporary = await this.#temporaryPath(digest);
    const hash = createHash("sha256");
    try {
      await pipeline(
        content,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(temporary, { flags: "wx" }),
        ...(signal === undefined ? [] : [{ signal }]),
      );
      const actual = `sha256:${hash.digest("hex")}`;
      if (actual !== digest) throw new DigestMismatch(digest, actual);
      await rename(temporary, this.path(digest));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Copies a file into the store under the digest of its content. */
  async putFile(path: string): Promise<{ digest: string; size: number; isNew: boolean }> {
    const digest = await digestOfFile(path);
    const isNew = !(await this.has(digest));
    if (isNew) await this.putStream(digest, createReadStream(path));
    return { digest, size: (await this.size(digest)) ?? 0, isNew };
  }

  /** Keeps a file that is made from a blob: `make` writes it at the path that it gets. */
  async putMade(
    source: string,
    make: (path: string) => Promise<void>,
  ): Promise<{ digest: string; size: number; isNew: boolean }> {
    const temporary = await this.#temporaryPath(source);
    try {
      await make(temporary);
      const digest = await digestOfFile(temporary);
      const { size } = await stat(temporary);
      const isNew = !(await this.has(digest));
      if (isNew) await rename(temporary, this.path(digest));
      return { digest, size, isNew };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async remove(digest: string): Promise<void> {
    await rm(this.path(digest), { force: true });
  }

  /** Says that a model is about to be made of a blob, so that no process takes it away before there is a manifest. */
  async claim(digest: string): Promise<void> {
    if (this.#claims.has(digest)) return;
    await mkdir(this.#folder, { recursive: true });
    const claim = newSiblingPath(this.path(digest), "claim");
    await writeFile(claim, "", { flag: "wx" });
    this.#claims.set(digest, claim);
  }

  /** Takes this store's claims back, all of them or those of some blobs. */
  async release(digests: Iterable<string> = this.#claims.keys()): Promise<void> {
    for (const digest of [...digests]) {
      const claim = this.#claims.get(digest);
      this.#claims.delete(digest);
      if (claim !== undefined) await rm(claim, { force: true });
    }
  }

  /** Whether a living process claims a blob. */
  async isClaimed(digest: string): Promise<boolean> {
    return (await sweepSiblings(this.path(digest), "claim", { abandonedAfterMs: ABANDONED_AFTER_MS })).length > 0;
  }

  /** A file for what becomes a blob; what killed processes left of the same blob is swept away. */
  async #temporaryPath(digest: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    await sweepSiblings(this.path(digest), "tmp", { abandonedAfterMs: ABANDONED_AFTER_MS });
    return newSiblingPath(this.path(digest), "tmp");
  }
}

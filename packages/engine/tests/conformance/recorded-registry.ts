import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseManifest } from "../../src/store/manifest.js";

/** Where the recorded registry was. */
export const RECORDED_REGISTRY = "127.0.0.1:5000";

/** The recorded registry was slow, so that pulls had lines to write, and clients time to leave. */
const PIECE_BYTES = 16_384;
const PIECE_EVERY_MS = 60;
/** The digest that the recorded registry named for a blob that has another. */
const WRONG_DIGEST = `sha256:${"2".repeat(64)}`;

/**
 * The small registry of the recordings: it has `tiny-repeat`, a model whose bytes are not those of its digest
 * (`mismatch`), one that makes it fail (`broken`), and no other; it takes any manifest.
 */
export class RecordedRegistry implements AsyncDisposable {
  readonly #manifests: ReadonlyMap<string, string>;
  readonly #blobs: ReadonlyMap<string, Buffer>;
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });

  private constructor(manifests: ReadonlyMap<string, string>, blobs: ReadonlyMap<string, Buffer>) {
    this.#manifests = manifests;
    this.#blobs = blobs;
  }

  /** @param store - folder of a store that has `tiny-repeat` */
  static async start(store: string): Promise<RecordedRegistry> {
    const text = await readFile(join(store, "manifests/registry.ollama.ai/library/tiny-repeat/latest"), "utf8");
    const manifest = parseManifest(text);
    const [weights] = manifest?.layers ?? [];
    if (manifest === undefined || weights === undefined) throw new Error("the fixture has no tiny-repeat");
    const blob = (digest: string): Promise<Buffer> => readFile(join(store, "blobs", digest.replace(":", "-")));
    // What ends otherwise has another digest: stores that have the model itself have to pull it.
    const longer = Buffer.concat([await blob(weights.digest), Buffer.alloc(32)]);
    const config = Buffer.concat([await blob(manifest.config.digest), Buffer.from("\n")]);
    const written = JSON.stringify({
      ...manifest,
      config: { ...manifest.config, digest: digestOf(config), size: config.length },
      layers: [{ mediaType: weights.mediaType, digest: digestOf(longer), size: longer.length }],
    });
    const registry = new RecordedRegistry(
      new Map([
        ["tiny-repeat", written],
        ["mismatch", written.replace(digestOf(longer), WRONG_DIGEST)],
      ]),
      new Map([
        [digestOf(longer), longer],
        [digestOf(config), config],
        [WRONG_DIGEST, longer],
      ]),
    );
    await new Promise<void>((listening) => registry.#server.listen(0, "127.0.0.1", listening));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, , , model = "", kind, last = ""] = (request.url ?? "").split("/");
    if (kind === "manifests") return await this.#answerManifest(request, response, model);
    const blob = this.#blobs.get(last);
    if (blob === undefined) return void response.writeHead(404).end();
    if (request.method === "HEAD") return void response.writeHead(200, { "content-length": blob.length }).end();
    const { range } = request.headers;
    const [, from = "0", to = String(blob.length - 1)] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    const part = blob.subarray(Number(from), Number(to) + 1);
    response.writeHead(range === undefined ? 200 : 206, { "content-length": part.length });
    for (let at = 0; at < part.length && !response.destroyed; at += PIECE_BYTES) {
      response.write(part.subarray(at, at + PIECE_BYTES));
      await sleep(PIECE_EVERY_MS);
    }
    response.end();
  }

  async #answerManifest(request: IncomingMessage, response: ServerResponse, model: string): Promise<void> {
    if (request.method === "PUT") {
      for await (const _ of request);
      return void response.writeHead(201).end();
    }
    if (model === "broken") return void response.writeHead(500).end("internal error");
    const manifest = this.#manifests.get(model);
    response.writeHead(manifest === undefined ? 404 : 200).end(manifest);
  }
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

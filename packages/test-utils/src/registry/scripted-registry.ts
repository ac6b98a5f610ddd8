import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

/** How a registry misbehaves. */
export interface RegistryFaults {
  /** Cuts the connection after so many bytes of a blob, the first so many times. */
  cut?: { afterBytes: number; times: number };
  /** Stops sending in the middle of a blob, the first so many times. */
  stalls?: number;
  /** Sends whole blobs whatever was asked for. */
  ignoresRanges?: boolean;
  /** Wants a token. */
  token?: string;
  /** Sends blobs from another address. */
  redirects?: boolean;
  /** Sends other bytes of the same length. */
  corrupts?: boolean;
}

/** A registry in memory, that counts what it sends. */
export class ScriptedRegistry {
  readonly faults: RegistryFaults = {};
  readonly authorizations: (string | undefined)[] = [];
  blobBytesSent = 0;
  /** Where the parts of large blobs began that were asked for, in order. */
  readonly starts: number[] = [];
  readonly #blobs = new Map<string, Buffer>();
  readonly #manifests = new Map<string, string>();
  readonly #server: Server;
  readonly #scheme: string;
  #cuts = 0;
  #stalled = 0;

  private constructor(identity: { key: Buffer; cert: Buffer } | undefined) {
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response);
    this.#server = identity === undefined ? createServer(answer) : createSecureServer(identity, answer);
    this.#scheme = identity === undefined ? "http" : "https";
  }

  /** @param identity - speaks TLS with this key and certificate */
  static async start(faults: RegistryFaults = {}, identity?: { key: Buffer; cert: Buffer }): Promise<ScriptedRegistry> {
    const registry = new ScriptedRegistry(identity);
    Object.assign(registry.faults, faults);
    await new Promise<void>((listening) => registry.#server.listen(0, "127.0.0.1", listening));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Puts a model there; gives its name for a pull. */
  put(
    model: string,
    layers: { mediaType: string; content: Buffer }[],
    config: string,
    { namespace = "library", tag = "latest" }: { namespace?: string; tag?: string } = {},
  ): string {
    const described = layers.map(({ mediaType, content }) => ({ mediaType, ...this.#keep(content) }));
    const mediaType = "application/vnd.docker.container.image.v1+json";
    const manifest = {
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      config: { mediaType, ...this.#keep(Buffer.from(config)) },
      layers: described,
    };
    // Not as JSON.stringify writes it: the digest is that of these bytes.
    this.#manifests.set(`/v2/${namespace}/${model}/manifests/${tag}`, JSON.stringify(manifest, null, 3));
    return `${this.#scheme}://${this.host}/${namespace}/${model}`;
  }

  manifest(model: string): string | undefined {
    return this.#manifests.get(`/v2/library/${model}/manifests/latest`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    this.#server.closeAllConnections();
    await closed;
  }

  #keep(content: Buffer): { digest: string; size: number } {
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    this.#blobs.set(digest, content);
    return { digest, size: content.length };
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", `http://${this.host}`);
    const { token } = this.faults;
    if (url.pathname === "/token")
      return void response.end(JSON.stringify({ token: `${token}-${url.searchParams.get("scope")}` }));
    if (url.pathname.startsWith("/elsewhere/")) {
      this.authorizations.push(request.headers.authorization);
      this.#sendBlob(request, response, url.pathname.slice("/elsewhere/".length));
      return;
    }
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}-pull`) {
      const challenge = `Bearer realm="http://${this.host}/token",service="test",scope="pull"`;
      return void response.writeHead(401, { "www-authenticate": challenge }).end();
    }
    if (url.pathname.endsWith("/manifests/broken")) return void response.writeHead(500).end("internal error");
    const manifest = this.#manifests.get(url.pathname);
    if (manifest !== undefined) return void response.end(manifest);
    const digest = url.pathname.split("/").at(-1) ?? "";
    if (!this.#blobs.has(digest)) return void response.writeHead(404).end();
    if (this.faults.redirects !== true) this.#sendBlob(request, response, digest);
    else response.writeHead(307, { location: `/elsewhere/${digest}` }).end();
  }

  #sendBlob(request: IncomingMessage, response: ServerResponse, digest: string): void {
    const blob = this.#blobs.get(digest) ?? Buffer.alloc(0);
    const [, first = "0", last = String(blob.length - 1)] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    const isPart = this.faults.ignoresRanges !== true && request.headers.range !== undefined;
    const content = Buffer.from(isPart ? blob.subarray(Number(first), Number(last) + 1) : blob);
    if (this.faults.corrupts === true) content.fill(1);
    if (blob.length > 10_000) this.starts.push(Number(first));
    response.writeHead(isPart ? 206 : 200, { "content-length": content.length });
    const { cut, stalls = 0 } = this.faults;
    const isLarge = content.length > 10_000;
    if (isLarge && cut !== undefined && this.#cuts < cut.times) {
      this.#cuts++;
      this.blobBytesSent += cut.afterBytes;
      response.write(content.subarray(0, cut.afterBytes), () => setImmediate(() => response.destroy()));
    } else if (isLarge && this.#stalled < stalls) {
      this.#stalled++;
      this.blobBytesSent += 5000;
      response.write(content.subarray(0, 5000));
    } else {
      this.blobBytesSent += content.length;
      response.end(content);
    }
  }
}

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a registry misbehaves while it is brought something; each number counts down to good manners. */
export interface UploadFaults {
  /** Cuts the connection in the middle of a part, and keeps what came. */
  cuts?: number;
  /** Takes a part and never answers. */
  silences?: number;
  /** Answers 503 to a part. */
  busy?: number;
  /** Forgets an upload that has begun. */
  forgets?: number;
  /** Spoils what came, so that its digest is another. */
  spoils?: number;
  /** Wants a token, for pulling and for pushing another. */
  wantsToken?: boolean;
  /** Refuses all uploads. */
  forbids?: boolean;
}

/** A registry in memory that takes blobs and manifests, and counts what it is sent. */
export class UploadRegistry {
  readonly faults: UploadFaults;
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, { type: string | undefined; text: string }>();
  bytesReceived = 0;
  uploadsBegun = 0;
  readonly #uploads = new Map<string, Buffer>();
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });

  private constructor(faults: UploadFaults) {
    this.faults = faults;
  }

  static async start(faults: UploadFaults = {}): Promise<UploadRegistry> {
    const registry = new UploadRegistry({ ...faults });
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
    const { pathname, searchParams } = new URL(request.url ?? "/", `http://${this.host}`);
    const { method = "GET" } = request;
    if (pathname === "/token") {
      return void response.end(JSON.stringify({ token: searchParams.get("scope") }));
    }
    if (this.faults.wantsToken === true) {
      const scope = method === "HEAD" ? "pull" : "pull,push";
      if (request.headers.authorization?.startsWith(`Bearer ${scope}`) !== true) {
        const challenge = `Bearer realm="http://${this.host}/token",service="test",scope="${scope}"`;
        return void response.writeHead(401, { "www-authenticate": challenge }).end();
      }
    }
    const last = pathname.split("/").at(-1) ?? "";
    if (pathname.includes("/manifests/")) {
      const text = (await bytesOf(request)).toString();
      this.manifests.set(pathname, { type: request.headers["content-type"], text });
      return void response.writeHead(201).end();
    }
    if (!pathname.includes("/blobs/uploads/")) {
      return void response.writeHead(this.blobs.has(last) ? 200 : 404).end();
    }
    if (method === "POST") return this.#begin(pathname, response);
    const content = this.#uploads.get(last);
    if (content === undefined) return void response.writeHead(404).end("blob upload unknown");
    if (method === "PATCH") return await this.#take(request, response, { id: last, content, pathname });
    if (method === "PUT")
      return this.#finish(response, { id: last, content, digest: searchParams.get("digest") ?? "" });
    response.writeHead(204, { location: pathname, range: rangeOf(content) }).end();
  }

  #begin(pathname: string, response: ServerResponse): void {
    if (this.faults.forbids === true) return void response.writeHead(403).end("no pushing here");
    const id = String(++this.uploadsBegun);
    this.#uploads.set(id, Buffer.alloc(0));
    // Relative, and with a query of its own, as registries do.
    response.writeHead(202, { location: `${pathname}${id}?state=x` }).end();
  }

  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    { id, content, pathname }: { id: string; content: Buffer; pathname: string },
  ): Promise<void> {
    const part = await bytesOf(request);
    this.bytesReceived += part.length;
    const isLater = content.length > 0;
    if (isLater && this.#uses("cuts")) {
      this.#uploads.set(id, Buffer.concat([content, part.subarray(0, part.length / 2)]));
      return void request.socket.destroy();
    }
    if (isLater && this.#uses("silences")) return;
    if (isLater && this.#uses("busy")) return void response.writeHead(503).end("busy");
    if (isLater && this.#uses("forgets")) {
      this.#uploads.delete(id);
      return void response.writeHead(404).end("blob upload unknown");
    }
    const expected = `${content.length}-${content.length + part.length - 1}`;
    if (request.headers["content-range"] !== expected) return void response.writeHead(416).end();
    if (isLater && this.#uses("spoils")) part.fill(0);
    const longer = Buffer.concat([content, part]);
    this.#uploads.set(id, longer);
    response.writeHead(202, { location: `${pathname}?state=y`, range: rangeOf(longer) }).end();
  }

  #finish(response: ServerResponse, { id, content, digest }: { id: string; content: Buffer; digest: string }): void {
    const actual = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    if (actual !== digest) return void response.writeHead(400).end("digest invalid");
    this.#uploads.delete(id);
    this.blobs.set(digest, content);
    response.writeHead(201).end();
  }

  #uses(fault: "cuts" | "silences" | "busy" | "forgets" | "spoils"): boolean {
    const left = this.faults[fault] ?? 0;
    if (left > 0) this.faults[fault] = left - 1;
    return left > 0;
  }
}

function rangeOf(content: Buffer): string {
  return `0-${Math.max(0, content.length - 1)}`;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

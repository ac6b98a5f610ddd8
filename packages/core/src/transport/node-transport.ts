import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { Readable } from "node:stream";
import { isNeverProxied, proxyAgentFor } from "@codo/ollama-node-kit";
import type { CallScope } from "../deadlines/call-scope.js";
import { connectionError } from "../server-errors/connection-errors.js";
import { oddStatusError } from "./bounded-answers.js";
import { decodedBody } from "./content-encoding.js";
import type { ByteSink, ByteSource, RequestBody, Transport, TransportRequest, TransportResponse } from "./transport.js";

const POOLED = { keepAlive: true, noDelay: true };
const httpAgent: HttpAgent = new HttpAgent(POOLED);

/** Interim statuses that come before the answer: continue, processing, early hints. */
const INTERIM = new Set([100, 102, 103]);

/** How requests over TLS are sent. */
interface SecureHttp {
  request: typeof requestHttp;
  agent: HttpAgent;
}

let loadedSecureHttp: SecureHttp | undefined;

/** TLS is loaded with the first host that asks for it: it is a tenth of the start of Node, and most servers are local. */
function secureHttp(): SecureHttp {
  if (loadedSecureHttp === undefined) {
    const { Agent, request } = process.getBuiltinModule("node:https");
    loadedSecureHttp = { request, agent: new Agent(POOLED) };
  }
  return loadedSecureHttp;
}

/**
 * A transport over `node:http`: kept-alive pooled connections, no hidden time-outs, unix sockets, proxies by the
 * environment. It streams at half the cost of fetch, and starts 90 ms earlier in a fresh process.
 */
export function createNodeTransport(baseUrl: string): Transport {
  const target = targetOf(baseUrl);
  const isDirect = target.socketPath !== undefined || isNeverProxied(baseUrl);
  const send = (request: TransportRequest, scope: CallScope): Promise<TransportResponse> => {
    const agent = isDirect ? undefined : proxyAgentFor(baseUrl);
    return agent === undefined
      ? sendOver(target, request, scope)
      : agent.then((proxy) => sendOver({ ...target, agent: proxy }, request, scope));
  };
  return { send, decode: decodeUtf8 };
}

interface Target extends RequestOptions {
  basePath: string;
  secure: boolean;
}

function targetOf(baseUrl: string): Target {
  if (baseUrl.startsWith("unix://")) {
    return {
      socketPath: baseUrl.slice("unix://".length),
      host: "localhost",
      basePath: "",
      secure: false,
      agent: httpAgent,
    };
  }
  const url = new URL(baseUrl);
  const secure = url.protocol === "https:";
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    basePath: url.pathname === "/" ? "" : url.pathname,
    secure,
    agent: secure ? secureHttp().agent : httpAgent,
  };
}

function decodeUtf8(bytes: Uint8Array): string {
  return Buffer.isBuffer(bytes)
    ? bytes.toString("utf8")
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function sendOver(target: Target, request: TransportRequest, scope: CallScope): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { basePath, secure, host, port, socketPath, agent } = target;
    const message = (secure ? secureHttp().request : requestHttp)({
      host,
      port,
      socketPath,
      agent,
      method: request.method,
      path: basePath + request.path,
      headers: headersWithLength(request),
    });
    const stopListening = scope.onFailure((failure) => message.destroy(failure));
    const settle = (): void => {
      stopListening();
      scope.headed();
    };
    message.on("socket", (socket) => {
      scope.awaitHead(() => socket.bytesRead);
      if (!socket.connecting) return;
      scope.connecting();
      socket.once(secure ? "secureConnect" : "connect", () => scope.connected());
    });
    message.on("error", (error) => {
      settle();
      scope.connected();
      reject(scope.failure ?? connectionError(error, scope.description, proxyOf(agent)));
    });
    // Without this the connection of "switching protocols" would just be cut.
    message.on("upgrade", (response: IncomingMessage, socket) => {
      settle();
      socket.destroy();
      resolve(toTransportResponse(response, true));
    });
    // An interim answer that HTTP does not know is no promise of another one.
    message.on("information", ({ statusCode }) => {
      if (INTERIM.has(statusCode)) return;
      settle();
      message.destroy();
      reject(oddStatusError(statusCode, scope));
    });
    message.on("response", (response: IncomingMessage) => {
      settle();
      resolve(toTransportResponse(response, request.method === "HEAD"));
    });
    sendBody(message, request.body);
  });
}

/** The address of the proxy that an agent sends to, without credentials. */
function proxyOf(agent: RequestOptions["agent"]): string | undefined {
  const { proxy } = (typeof agent === "object" ? agent : {}) as { proxy?: unknown };
  return proxy instanceof URL ? `${proxy.protocol}//${proxy.host}` : undefined;
}

function headersWithLength(request: TransportRequest): Record<string, string | number> {
  const { body, headers } = request;
  if (typeof body === "string") return { ...headers, "content-length": Buffer.byteLength(body) };
  if (body instanceof Uint8Array) return { ...headers, "content-length": body.byteLength };
  if (body instanceof Blob) return { ...headers, "content-length": body.size };
  return headers;
}

function sendBody(message: ReturnType<typeof requestHttp>, body: RequestBody | undefined): void {
  if (body === undefined) message.end();
  else if (typeof body === "string" || body instanceof Uint8Array) message.end(body);
  else {
    const stream = Readable.from(body instanceof Blob ? body.stream() : body);
    stream.on("error", (error) => message.destroy(error));
    message.on("close", () => stream.destroy());
    stream.pipe(message);
  }
}

function toTransportResponse(message: IncomingMessage, bodiless: boolean): TransportResponse {
  return {
    status: message.statusCode ?? 0,
    statusText: message.statusMessage ?? "",
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    headers: () => headerPairs(message.rawHeaders),
    body: new IncomingBody(message, bodiless),
  };
}

/** Names and values, which the message has in turns. */
function headerPairs(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return pairs;
}

/**
 * An incoming message as a {@link ByteSource}. It is read in paused mode, where all HTTP chunks of one socket read come
 * as one piece: with a listener on `data` each line would cost an event of its own.
 */
class IncomingBody implements ByteSource {
  readonly #message: Readable;
  #sink: ByteSink | undefined;
  #asked = false;
  #ended = false;

  constructor(message: IncomingMessage, bodiless: boolean) {
    const body = bodiless ? message : decodedBody(message);
    this.#message = body;
    body.on("error", (error) => this.#sink?.fail(error));
    // An answer without a body has to be drained, or its connection could not be used again.
    if (bodiless) {
      this.#ended = true;
      message.resume();
    }
  }

  connect(sink: ByteSink): void {
    this.#sink = sink;
    const message = this.#message;
    message.on("readable", () => this.#give());
    message.on("end", () => {
      this.#ended = true;
      sink.end();
    });
    message.on("close", () => {
      if (!this.#ended) sink.fail(Object.assign(new Error("closed before its end"), { code: "ECONNRESET" }));
    });
  }

  ask(): void {
    this.#asked = true;
    if (this.#ended) this.#sink?.end();
    else this.#give();
  }

  destroy(): void {
    if (!this.#ended) this.#message.destroy();
  }

  #give(): void {
    if (!this.#asked) return;
    const bytes: Buffer | null = this.#message.read();
    if (bytes === null) return;
    this.#asked = false;
    this.#sink?.data(bytes);
  }
}

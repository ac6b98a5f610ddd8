import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type RawRequest, readRequests } from "./request-reader.js";
import {
  chunkBytes,
  type RecordedExchange,
  type RecordedResponse,
  requestBodyOf,
  type Transcript,
} from "./transcript.js";

/** How a recording is played. */
export interface ReplayOptions {
  /** Cut the body's bytes into pieces of this size, in place of the recorded pieces; the framing stays. */
  pieceBytes?: number;
}

/** A server that answers as a recording does. */
export interface ReplayServer {
  /** Where it listens: `http://127.0.0.1:<port>`. */
  url: string;
  /** What came, in order. */
  requests: RawRequest[];
  /** Resolves when the request of an exchange has come. */
  received(exchange: RecordedExchange): Promise<void>;
  /** Resolves when the client has closed a connection before its answer had ended, `count` times in all. */
  clientAborts(count: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Plays a recording from raw sockets: the recorded head, the recorded chunks as HTTP chunks of their own, and the
 * recorded end: a complete body, a silence until the client leaves, or a connection that is cut.
 * A request is answered with the first exchange not yet played that has its method, path and body, else its method
 * and path; one that the recording does not have gets 599.
 */
export async function startReplayServer(transcript: Transcript, options: ReplayOptions = {}): Promise<ReplayServer> {
  const open = new Set<Socket>();
  const left = [...transcript.exchanges];
  const requests: RawRequest[] = [];
  const aborts = new AbortCounter();
  const arrivals = new Map(transcript.exchanges.map((exchange) => [exchange, new Arrival()]));
  const server = createServer((socket) => {
    open.add(socket);
    socket.setNoDelay(true);
    // A client that resets its connection is what some recordings are about.
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
    readRequests(socket, (request) => {
      requests.push(request);
      const exchange = takeExchange(left, request);
      if (exchange === undefined) socket.end("HTTP/1.1 599 Not Recorded\r\nContent-Length: 0\r\n\r\n");
      else {
        arrivals.get(exchange)?.resolve();
        play(socket, exchange.response, options, aborts);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    received: (exchange) => arrivals.get(exchange)?.promise ?? Promise.reject(new Error("not of this recording")),
    clientAborts: (count) => aborts.reached(count),
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function takeExchange(left: RecordedExchange[], request: RawRequest): RecordedExchange | undefined {
  const sameTarget = (exchange: RecordedExchange): boolean =>
    exchange.request.method === request.method && exchange.request.path === request.path;
  const exact = left.findIndex((exchange) => sameTarget(exchange) && sameBody(exchange, request));
  const index = exact === -1 ? left.findIndex(sameTarget) : exact;
  return index === -1 ? undefined : left.splice(index, 1)[0];
}

/** Bodies are the same when they are but for `stream`, which a client states and a recording leaves to its default. */
function sameBody(exchange: RecordedExchange, request: RawRequest): boolean {
  return withoutStream(requestBodyOf(exchange.request)) === withoutStream(request.body);
}

function withoutStream(body: Buffer | undefined): string {
  const text = body?.toString("utf8") ?? "";
  try {
    const { stream: _stream, ...rest } = JSON.parse(text);
    return JSON.stringify(rest);
  } catch {
    return text;
  }
}

function play(socket: Socket, response: RecordedResponse, options: ReplayOptions, aborts: AbortCounter): void {
  if (response.end === "client-abort") socket.once("close", () => aborts.add());
  if (response.status === 0) return;
  socket.write(headOf(response), "latin1");
  for (const bytes of piecesOf(response, options.pieceBytes)) {
    socket.write(response.framing === "chunked" ? frame(bytes) : bytes);
  }
  if (response.end === "server-close") socket.end();
  else if (response.end === "complete" && response.framing === "chunked") socket.write("0\r\n\r\n");
}

function headOf({ status, statusText, headers }: RecordedResponse): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`));
  return `HTTP/1.1 ${status} ${statusText}\r\n${lines.join("")}\r\n`;
}

function piecesOf(response: RecordedResponse, pieceBytes: number | undefined): Buffer[] {
  const chunks = response.chunks.map(chunkBytes);
  if (pieceBytes === undefined) return chunks;
  const whole = Buffer.concat(chunks);
  const count = Math.ceil(whole.length / pieceBytes);
  return Array.from({ length: count }, (_, index) => whole.subarray(index * pieceBytes, (index + 1) * pieceBytes));
}

function frame(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** A promise with its resolver: that a request came. */
class Arrival {
  resolve: () => void = () => undefined;
  readonly promise: Promise<void> = new Promise((resolve) => {
    this.resolve = resolve;
  });
}

/** Counts connections that clients closed early, and wakes those that wait for them. */
class AbortCounter {
  #count = 0;
  #waiting: { count: number; resolve: () => void }[] = [];

  add(): void {
    this.#count += 1;
    for (const { count, resolve } of this.#waiting) if (count <= this.#count) resolve();
    this.#waiting = this.#waiting.filter(({ count }) => count > this.#count);
  }

  reached(count: number): Promise<void> {
    return this.#count >= count ? Promise.resolve() : new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

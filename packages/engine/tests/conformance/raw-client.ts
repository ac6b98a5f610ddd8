import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { Answer, RecordedRequest } from "./recording.js";

/** How a request is sent. */
export interface SendOptions {
  port: number;
  /** Folder of the recordings, for bodies that are files. */
  folder: string;
  /** A client that leaves after a time has got so many lines by then; a slow machine is given longer. @defaultValue 0 */
  leastLines?: number;
  /** Called with the number of chunks that have come. */
  onChunk?: (count: number) => void;
}

/** Sends a recorded request byte for byte, and reads the answer from the socket. */
export function send(
  request: RecordedRequest,
  { port, folder, leastLines = 0, onChunk }: SendOptions,
): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const reader = new AnswerReader(request.method);
    const finish = (end: Answer["end"]): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reader.answer(end));
    };
    let isTimeOver = false;
    const leaveInTime = (): void => {
      if (isTimeOver && reader.lineCount >= leastLines) finish("client-abort");
    };
    const timer =
      request.abortAfterMs === undefined
        ? undefined
        : setTimeout(() => {
            isTimeOver = true;
            leaveInTime();
          }, request.abortAfterMs);
    socket.on("connect", () => socket.write(head(request, folder)));
    socket.on("data", (data) => {
      const before = reader.chunkCount;
      reader.push(data);
      for (let count = before + 1; count <= reader.chunkCount; count++) onChunk?.(count);
      if (request.abortAfterChunks !== undefined && reader.chunkCount >= request.abortAfterChunks)
        finish("client-abort");
      else if (reader.isComplete) finish("complete");
      else leaveInTime();
    });
    socket.on("error", () => finish("server-close"));
    socket.on("close", () => finish("server-close"));
  });
}

function head(request: RecordedRequest, folder: string): Buffer {
  const body = bodyOf(request, folder);
  const headers = { ...request.headers };
  if (body !== undefined && !Object.keys(headers).some((name) => name.toLowerCase() === "content-length")) {
    headers["Content-Length"] = String(body.length);
  }
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`));
  return Buffer.concat([
    Buffer.from(`${request.method} ${request.path} HTTP/1.1\r\n${lines.join("")}\r\n`),
    body ?? Buffer.alloc(0),
  ]);
}

function bodyOf({ body, bodyFile }: RecordedRequest, folder: string): Buffer | undefined {
  if (bodyFile !== undefined) return readFileSync(join(folder, bodyFile));
  if (body === undefined || body === null) return undefined;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

/** Reads one HTTP answer from the bytes of a connection. */
class AnswerReader {
  readonly #method: string;
  #buffer: Buffer = Buffer.alloc(0);
  #head: Omit<Answer, "body" | "end"> | undefined;
  readonly #body: Buffer[] = [];
  #left = 0;
  #isComplete = false;
  #chunkCount = 0;

  constructor(method: string) {
    this.#method = method;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get chunkCount(): number {
    return this.#chunkCount;
  }

  get lineCount(): number {
    return Buffer.concat(this.#body).toString("latin1").split("\n").length - 1;
  }

  push(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    if (this.#head === undefined && !this.#readHead()) return;
    if (this.#head?.framing === "chunked") this.#readChunks();
    else if (this.#head?.framing === "content-length") this.#readBody();
  }

  answer(end: Answer["end"]): Answer {
    const none = { status: 0, statusText: "", headers: {}, framing: "none" as const };
    return { ...(this.#head ?? none), body: Buffer.concat(this.#body), end };
  }

  #readHead(): boolean {
    const end = this.#buffer.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const [first = "", ...lines] = this.#buffer.toString("latin1", 0, end).split("\r\n");
    this.#buffer = this.#buffer.subarray(end + 4);
    const [, status = "0", statusText = ""] = /^HTTP\/1\.1 (\d+) ?(.*)$/.exec(first) ?? [];
    const headers: Record<string, string | string[]> = {};
    for (const line of lines) {
      const [name = "", value = ""] = line.split(/: ?(.*)/s);
      const earlier = headers[name];
      headers[name] = earlier === undefined ? value : [earlier, value].flat();
    }
    const length = headers["Content-Length"];
    const hasBody = this.#method !== "HEAD" && status !== "204";
    const framing =
      !hasBody || (length === undefined && headers["Transfer-Encoding"] === undefined)
        ? "none"
        : length === undefined
          ? "chunked"
          : "content-length";
    this.#left = Number(length ?? 0);
    this.#isComplete = framing === "none" || (framing === "content-length" && this.#left === 0);
    this.#head = { status: Number(status), statusText, headers, framing };
    return true;
  }

  #readBody(): void {
    if (this.#buffer.length === 0) return;
    this.#chunkCount++;
    this.#body.push(this.#buffer);
    this.#left -= this.#buffer.length;
    this.#buffer = Buffer.alloc(0);
    if (this.#left <= 0) this.#isComplete = true;
  }

  #readChunks(): void {
    for (;;) {
      const end = this.#buffer.indexOf("\r\n");
      if (end < 0) return;
      const size = Number.parseInt(this.#buffer.toString("latin1", 0, end), 16);
      if (this.#buffer.length < end + 2 + size + 2) return;
      if (size === 0) {
        this.#isComplete = true;
        return;
      }
      this.#body.push(this.#buffer.subarray(end + 2, end + 2 + size));
      this.#buffer = this.#buffer.subarray(end + 2 + size + 2);
      this.#chunkCount++;
    }
  }
}

import type { Socket } from "node:net";

/** A request as it came over a socket. */
export interface RawRequest {
  method: string;
  path: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Reads the HTTP/1.1 requests of a connection, one after another, and hands each to `onRequest`. */
export function readRequests(socket: Socket, onRequest: (request: RawRequest) => void): void {
  let buffered: Buffer = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    buffered = Buffer.concat([buffered, bytes]);
    for (;;) {
      const parsed = parseRequest(buffered);
      if (parsed === undefined) return;
      buffered = buffered.subarray(parsed.consumed);
      onRequest(parsed.request);
    }
  });
}

function parseRequest(bytes: Buffer): { request: RawRequest; consumed: number } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const [requestLine = "", ...lines] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const [method = "", path = ""] = requestLine.split(" ");
  const headers = Object.fromEntries(lines.map(splitHeader));
  const body = readBody(bytes.subarray(headEnd + 4), headers);
  if (body === undefined) return undefined;
  return { request: { method, path, headers, body: body.bytes }, consumed: headEnd + 4 + body.consumed };
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function readBody(rest: Buffer, headers: Record<string, string>): { bytes: Buffer; consumed: number } | undefined {
  if (headers["transfer-encoding"] === "chunked") return readChunkedBody(rest);
  const length = Number(headers["content-length"] ?? 0);
  return rest.length < length ? undefined : { bytes: rest.subarray(0, length), consumed: length };
}

function readChunkedBody(rest: Buffer): { bytes: Buffer; consumed: number } | undefined {
  const pieces: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = rest.indexOf("\r\n", position);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(rest.subarray(position, lineEnd).toString("latin1"), 16);
    const start = lineEnd + 2;
    if (rest.length < start + size + 2) return undefined;
    if (size === 0) return { bytes: Buffer.concat(pieces), consumed: start + 2 };
    pieces.push(rest.subarray(start, start + size));
    position = start + size + 2;
  }
}

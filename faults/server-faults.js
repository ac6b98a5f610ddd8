// Servers that fail: each row is a way in which a server, or what stands before it, does not do what it should.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { gzipSync } from "node:zlib";

const ANSWERS = {
  "/api/version": { version: "0.33.0" },
  "/api/tags": {
    models: [{ name: "m", model: "m", size: 1, digest: "d".repeat(64), modified_at: "2026-01-01T00:00:00Z" }],
  },
  "/api/ps": { models: [] },
  "/api/show": { capabilities: ["completion", "embedding"], model_info: {}, details: {} },
  "/api/embed": { model: "m", embeddings: [[1, 2]] },
};

/** What a sound server says to a request. */
function soundAnswer(url, text = "Grüße 👋") {
  const known = ANSWERS[url];
  if (known !== undefined) return known;
  const end = { model: "m", done: true, done_reason: "stop", prompt_eval_count: 2, eval_count: 2 };
  return url === "/api/chat" ? { ...end, message: { role: "assistant", content: text } } : { ...end, response: text };
}

const line = (value) => `${JSON.stringify(value)}\n`;
const part = (url) =>
  line(
    url === "/api/chat"
      ? { model: "m", message: { role: "assistant", content: "begun" }, done: false }
      : { model: "m", response: "begun", done: false },
  );
const status =
  (code, body = "", headers = {}) =>
  (_request, response) =>
    response.writeHead(code, headers).end(body);
const body = (make) => (request, response) => response.end(make(request.url));

function endless(piece, code) {
  return (_request, response) => {
    response.writeHead(code);
    const more = () => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  };
}

const deep = (levels) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const raw = (text, { end = true } = {}) => ({ raw: text, end });

/**
 * By name: a listener, or what a socket says. `ok` marks those that a client has to cope with; `statuses` are the exit
 * statuses that are right, `any failure` where none is given.
 */
export const SERVER_FAULTS = {
  "a sound server": { listener: body((url) => line(soundAnswer(url))), ok: true },
  "nobody listens": { refused: true, statuses: [6] },
  "reset on connecting": { socket: (socket) => socket.resetAndDestroy() },
  "reset after the request": { listener: (request) => request.socket.resetAndDestroy() },
  "reset in the middle of an answer": {
    listener: (request, response) => response.write(part(request.url), () => request.socket.resetAndDestroy()),
  },
  "closed in the middle of a head": { ...raw("HTTP/1.1 200 OK\r\ncontent-ty") },
  "ended without its end": { listener: body(part), isPartial: true },
  "silent after accepting": { socket: () => undefined, statuses: [6, 8] },
  "silent after the head": {
    listener: (_request, response) => response.writeHead(200).flushHeaders(),
    statuses: [6, 8],
  },
  "silent in the middle": { listener: (request, response) => response.write(part(request.url)), statuses: [1, 6, 8] },
  "silent in the middle of an answer": {
    listener: (request, response) =>
      request.url === "/api/chat" || request.url === "/api/generate"
        ? response.write(part(request.url))
        : response.end(line(soundAnswer(request.url))),
    statuses: [1, 6, 8],
    canList: true,
  },
  "a byte a second": { listener: (_request, response) => drip(response), statuses: [1, 6, 8] },
  "an endless 500": { listener: endless("x".repeat(65_536), 500) },
  "an endless 200": { statuses: [1, 6, 8], listener: endless(" ".repeat(65_536), 200) },
  "an endless line": { statuses: [1, 6, 8], listener: endless("{".repeat(65_536), 200) },
  "JSON 100 000 deep": { listener: status(200, deep(100_000)) },
  "an error 100 000 deep": { listener: status(500, `{"error":${deep(100_000)}}`) },
  "a banner that is no HTTP": { ...raw("SSH-2.0-OpenSSH_9.6\r\n") },
  "a banner that stays open": { ...raw("220 mail.example ESMTP\r\n", { end: false }) },
  "only 103s": { ...raw("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(3), { end: false }), statuses: [1, 6, 8] },
  "a 101": {
    ...raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", { end: false }),
    statuses: [1, 6, 8],
  },
  "a 304": { listener: status(304) },
  "a 204": { listener: status(204) },
  "a redirect elsewhere": { listener: status(302, "", { location: "http://127.0.0.1:9/elsewhere" }) },
  "an empty 200": { listener: status(200) },
  "a sign-in page": { listener: status(200, "<!doctype html><title>Sign in</title>", { "content-type": "text/html" }) },
  "a 401": { listener: status(401, '{"error":"unauthorized"}') },
  "a 404 of a proxy": { listener: status(404, "<html>nginx</html>"), statuses: [1, 6, 7] },
  "a 500 of a server": { listener: status(500, '{"error":"boom"}') },
  "a 503 with an endless Retry-After": {
    listener: status(503, '{"error":"busy"}', { "retry-after": "86400" }),
    statuses: [1, 6, 8],
  },
  "a 429 with a Retry-After of no sense": {
    listener: status(429, '{"error":"busy"}', { "retry-after": "soon" }),
    statuses: [1, 6, 8],
  },
  "numbers in place of texts": {
    listener: body(() => line({ response: 5, message: 5, models: 5, version: 5, embeddings: 5, done: true })),
    canPass: true,
  },
  "null everywhere": {
    listener: body(() =>
      line({ response: null, message: null, models: null, version: null, embeddings: null, details: null, done: true }),
    ),
    canPass: true,
  },
  "a list in place of an object": { listener: status(200, "[1,2,3]\n") },
  "a number in place of an object": { listener: status(200, "7\n") },
  "an error of a wrong type": { listener: status(200, '{"error":{"message":["x"]}}\n') },
  "an error in the middle": { listener: body((url) => `${part(url)}{"error":"out of memory"}\n`), canList: true },
  "half a line of JSON": { listener: status(200, '{"response":"hal') },
  gzip: {
    listener: (request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(line(soundAnswer(request.url)))),
    ok: true,
  },
  "spoilt gzip": {
    listener: status(200, Buffer.from("1f8b0800000000000003ffffffff", "hex"), { "content-encoding": "gzip" }),
  },
  "UTF-8 byte by byte": {
    listener: (request, response) => byteByByte(response, line(soundAnswer(request.url))),
    ok: true,
  },
  "bytes that are no UTF-8": { listener: body(() => Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d, 0x0a])) },
  "a content-length too long": { ...raw('HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"models":') },
  "a head of 100 kB": { ...raw(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n{}`) },
};

async function byteByByte(response, text) {
  for (const byte of Buffer.from(text)) {
    if (!response.write(Buffer.from([byte]))) await once(response, "drain");
    await new Promise(setImmediate);
  }
  response.end();
}

function drip(response) {
  response.writeHead(200).flushHeaders();
  const timer = setInterval(() => response.write(" "), 1000);
  response.on("close", () => clearInterval(timer));
}

/** Starts a server with a fault; gives its URL and how to end it. */
export async function startFaultyServer(fault) {
  const server = fault.listener === undefined ? createSocketServer() : createHttpServer();
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    if (fault.socket !== undefined) fault.socket(socket);
    else if (fault.raw !== undefined) {
      socket.once("data", () => (fault.end ? socket.end(fault.raw) : socket.write(fault.raw)));
      socket.resume();
    }
  });
  server.on("request", (request, response) => {
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    request.resume();
    request.on("end", () => void fault.listener(request, response));
  });
  server.on("clientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  const stop = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server, "close");
  };
  if (fault.refused) await stop();
  return { url, stop };
}

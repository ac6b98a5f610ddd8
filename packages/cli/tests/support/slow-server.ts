import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server whose answers never end, to be interrupted. */
export interface SlowServer {
  url: string;
  /** Resolves when a request for an answer has come. */
  asked: Promise<void>;
  /** Resolves when the client has closed such a request. */
  hungUp: Promise<void>;
  stop: () => Promise<void>;
}

/** What the server says piece by piece; escape sequences are for whoever shows them. */
const PIECES = ["Once", " upon\u001b[31m", " a\u001b]0;owned\u0007", " time"];

/** Starts a server that begins an answer, and never ends it unless `isEnding`. */
export async function startSlowServer({ isEnding = false }: { isEnding?: boolean } = {}): Promise<SlowServer> {
  let ask: () => void = () => undefined;
  let hangUp: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const hungUp = new Promise<void>((resolve) => {
    hangUp = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url === "/api/version") return sendJson(response, { version: "0.33.0" });
    if (request.url === "/api/tags") return sendJson(response, { models: [listed("slow")] });
    if (request.url === "/api/ps") return sendJson(response, { models: [] });
    if (request.url === "/api/show") return sendJson(response, { capabilities: ["completion"], model_info: {} });
    response.on("close", hangUp);
    answer(request, response, isEnding);
    ask();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, hungUp, stop };
}

function answer(request: IncomingMessage, response: ServerResponse, isEnding: boolean): void {
  const isChat = request.url === "/api/chat";
  const piece = (text: string) => (isChat ? { message: { role: "assistant", content: text } } : { response: text });
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for (const text of PIECES) response.write(`${JSON.stringify({ model: "slow", done: false, ...piece(text) })}\n`);
  if (isEnding) response.end(`${JSON.stringify({ model: "slow", done: true, done_reason: "length", ...piece("") })}\n`);
}

function listed(name: string): object {
  return {
    name: `${name}:latest`,
    model: `${name}:latest`,
    modified_at: "2026-01-01T00:00:00Z",
    size: 1,
    digest: "0".repeat(64),
    details: {},
  };
}

function sendJson(response: ServerResponse, body: object): void {
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.end(JSON.stringify(body));
}

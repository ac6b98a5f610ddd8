import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server whose answers come line by line and never end. */
export interface DrippingServer {
  url: string;
  /** How many answers were asked for. */
  asked: () => number;
  /** Resolves when the client has closed a request for an answer. */
  hungUp: Promise<void>;
  stop: () => Promise<void>;
}

const PIECE_MS = 20;

/** Starts a server with the model `slow`. A prompt with `whole` in it gets an answer that ends. */
export async function startDrippingServer(): Promise<DrippingServer> {
  let count = 0;
  let hangUp: () => void = () => undefined;
  const hungUp = new Promise<void>((resolve) => {
    hangUp = resolve;
  });
  const server = createServer(async (request, response) => {
    if (request.url === "/api/version") return sendJson(response, { version: "0.33.0" });
    if (request.url === "/api/tags") return sendJson(response, { models: [listed("slow")] });
    if (request.url === "/api/ps") return sendJson(response, { models: [] });
    if (request.url === "/api/show") return sendJson(response, { capabilities: ["completion"], model_info: {} });
    count++;
    await answer(request, response, hangUp);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => count, hungUp, stop };
}

async function answer(request: IncomingMessage, response: ServerResponse, hangUp: () => void): Promise<void> {
  let body = "";
  for await (const piece of request) body += piece;
  const isChat = request.url === "/api/chat";
  const piece = (text: string) => (isChat ? { message: { role: "assistant", content: text } } : { response: text });
  const line = (text: string, more: object) => `${JSON.stringify({ model: "slow", ...piece(text), ...more })}\n`;
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  const { prompt, messages } = JSON.parse(body) as { prompt?: string; messages?: { content: string }[] };
  if ((prompt ?? messages?.at(-1)?.content ?? "").includes("whole")) {
    response.end(line("a whole answer\n", { done: false }) + line("", { done: true, done_reason: "stop" }));
    return;
  }
  response.on("close", hangUp);
  for (let count = 0; !response.destroyed; count++) {
    response.write(line(`piece ${count}\n`, { done: false }));
    await new Promise((resolve) => setTimeout(resolve, PIECE_MS));
  }
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

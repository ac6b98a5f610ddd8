import type { IncomingMessage, ServerResponse } from "node:http";
import { startTestServer } from "@codo/test-utils";
import { answersAboutModel } from "./one-model.js";

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
  const { url, stop } = await startTestServer(async (request, response) => {
    if (answersAboutModel(request, response, { name: "slow:latest" })) return;
    count++;
    await answer(request, response, hangUp);
  });
  return { url, asked: () => count, hungUp, stop };
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

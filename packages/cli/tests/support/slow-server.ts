import type { IncomingMessage, ServerResponse } from "node:http";
import { startTestServer } from "@codo/test-utils";
import { answersAboutModel } from "./one-model.js";

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
  const { url, stop } = await startTestServer((request, response) => {
    if (answersAboutModel(request, response, { name: "slow:latest" })) return;
    response.on("close", hangUp);
    answer(request, response, isEnding);
    ask();
  });
  return { url, asked, hungUp, stop };
}

function answer(request: IncomingMessage, response: ServerResponse, isEnding: boolean): void {
  const isChat = request.url === "/api/chat";
  const piece = (text: string) => (isChat ? { message: { role: "assistant", content: text } } : { response: text });
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for (const text of PIECES) response.write(`${JSON.stringify({ model: "slow", done: false, ...piece(text) })}\n`);
  if (isEnding) response.end(`${JSON.stringify({ model: "slow", done: true, done_reason: "length", ...piece("") })}\n`);
}

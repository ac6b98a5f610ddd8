import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelScript } from "@codo/ollama-contract/testing";

/** A server with one model that follows a script. */
export interface ModelServer {
  url: string;
  /** Settles when a client leaves a request before its answer is complete. */
  left: Promise<void>;
  close: () => Promise<void>;
}

/** Starts a server on a free loopback port whose one model follows a script. */
export async function startModelServer(script: ModelScript): Promise<ModelServer> {
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const server = createServer((request, response) => {
    response.on("close", () => {
      if (!response.writableFinished) leave();
    });
    void serve(script, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
  };
  return { url, left, close };
}

async function serve(script: ModelScript, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const path = request.url ?? "";
  if (path === "/api/version") return json(response, 200, { version: "0.33.0" });
  if (path === "/api/tags") return json(response, 200, { models: [entry(script)] });
  if (path === "/api/ps") return json(response, 200, { models: [entry(script)] });
  if (body.model !== script.model) return json(response, 404, { error: `model '${body.model}' not found` });
  if (path === "/api/show") return json(response, 200, { capabilities: ["completion"] });
  if (path === "/api/embed") {
    const embeddings = (body.input as string[]).map((text) => [text.length, 0.5]);
    return json(response, 200, { model: script.model, embeddings });
  }
  await answer(script, response, path === "/api/chat");
}

async function answer(script: ModelScript, response: ServerResponse, isChat: boolean): Promise<void> {
  const line = (value: object): void => void response.write(`${JSON.stringify({ model: script.model, ...value })}\n`);
  const piece = (said: { text?: string; thinking?: string; tool_calls?: object[] }): object => {
    const { text = "", ...others } = said;
    return isChat ? { message: { role: "assistant", content: text, ...others } } : { response: text, ...others };
  };
  await script.beforeFirst;
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  if (script.thinking !== undefined) line({ ...piece({ thinking: script.thinking }), done: false });
  for (const [index, text] of script.pieces.entries()) {
    line({ ...piece({ text }), done: false });
    if (index === 0) await script.afterFirst;
  }
  if (script.toolCall !== undefined) line({ ...piece({ tool_calls: [script.toolCall] }), done: false });
  if (script.failure === undefined) line({ ...piece({}), done: true, done_reason: "stop", eval_count: 3 });
  else line({ error: script.failure });
  response.end();
}

function entry({ model }: ModelScript): object {
  return { name: model, model, digest: "d".repeat(64), size: 1, size_vram: 0, modified_at: "2026-01-01T00:00:00Z" };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(value));
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "./fake-ollama.js";

/** Answers one request; the body is already read. */
export type Route = (body: Record<string, unknown>, response: ServerResponse, request: IncomingMessage) => void;

/** A server of this process that answers by path, and keeps what it was asked. */
export interface FakeApi {
  host: string;
  url: string;
  requests: { path: string; body: Record<string, unknown> }[];
  /** How often a path was asked for. */
  count(path: string): number;
  routes: Record<string, Route>;
  close(): Promise<void>;
}

export const DIGEST_A: string = `a1b2c3d4e5f6${"0".repeat(52)}`;
export const DIGEST_B: string = `b1b2c3d4e5f6${"0".repeat(52)}`;

/** A model as `/api/tags` lists it. */
export function listed(name: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name,
    model: name,
    modified_at: "2026-11-22T10:19:17.132284379+01:00",
    size: 2_202_006,
    digest: DIGEST_A,
    details: {
      format: "gguf",
      family: "llama",
      parameter_size: "1.1B",
      quantization_level: "F16",
      context_length: 2048,
    },
    capabilities: ["completion"],
    ...over,
  };
}

export function json(value: unknown, status = 200): Route {
  return (_, response) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

export function ndjson(...lines: unknown[]): Route {
  return (_, response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  };
}

/** A server with one model, `tiny:latest`, that answers `Hi there`. */
export async function fakeApi(routes: Record<string, Route> = {}, port = 0): Promise<FakeApi> {
  const requests: FakeApi["requests"] = [];
  const all: Record<string, Route> = {
    "/api/version": json({ version: "0.33.0" }),
    "/api/tags": json({ models: [listed("tiny:latest")] }),
    "/api/ps": json({ models: [] }),
    "/api/show": json({ capabilities: ["completion", "tools"], model_info: {} }),
    "/api/generate": ndjson(
      { model: "tiny", response: "Hi", done: false },
      { model: "tiny", response: " there", done: false },
      { model: "tiny", response: "", done: true, done_reason: "stop", prompt_eval_count: 3, eval_count: 2 },
    ),
    ...routes,
  };
  const { host, close } = await listen(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const path = request.url ?? "";
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    requests.push({ path, body });
    (all[path] ?? json({ error: "404 page not found" }, 404))(body, response, request);
  }, port);
  const count = (path: string): number => requests.filter((request) => request.path === path).length;
  return { host, url: `http://${host}`, requests, count, routes: all, close };
}

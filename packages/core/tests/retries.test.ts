import type { IncomingMessage, ServerResponse } from "node:http";
import { startTestServer, type TestServer } from "@codo/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { OllamaClient, type OllamaClientOptions } from "../src/index.js";

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const request = { model: "tiny", prompt: "Hi" };
const answer = JSON.stringify({ model: "tiny", response: "ok", done: true });

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers the n-th request with the n-th of `answers`, and the last one from then on. */
async function serve(...answers: Answer[]): Promise<TestServer & { asked(): number }> {
  let asked = 0;
  const server = await startTestServer((incoming, response) => {
    incoming.resume();
    incoming.on("end", () => {
      const next = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      next?.(response, incoming);
    });
  });
  servers.push(server);
  return { ...server, asked: () => asked };
}

const ok: Answer = (response) => void response.end(answer);
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(JSON.stringify({ error: `status ${code}` }));
const reset: Answer = (_response, { socket }) => void socket.resetAndDestroy();

const client = (host: string, options: OllamaClientOptions = {}): OllamaClient =>
  new OllamaClient({ host, retry: { delayMs: 1 }, ...options });

describe("what is safe is repeated, POST too", () => {
  it.each([
    ["a 503", status(503)],
    ["a 429", status(429, { "Retry-After": "0" })],
    ["a 429 without a time", status(429)],
    ["a reset before the first byte", reset],
    ["a connection closed before the first byte", ((_response, { socket }) => void socket.end()) satisfies Answer],
  ])("%s", async (_what, failure) => {
    const server = await serve(failure, failure, ok);
    expect((await client(server.url).generate(request)).response).toBe("ok");
    expect(server.asked()).toBe(3);
  });

  it("in a stream as well, as long as nothing of it came", async () => {
    const server = await serve(status(503), reset, (response) => void response.end(`${answer}\n`));
    const parts: string[] = [];
    for await (const part of client(server.url).generate({ ...request, stream: true })) parts.push(part.response);
    expect(parts).toEqual(["ok"]);
  });

  it("a refused connection, until a server is there", async () => {
    const gone = await serve(ok);
    await gone.stop();
    servers.length = 0;
    const lines: string[] = [];
    const call = client(gone.url, { logger: { debug: (message) => lines.push(message) } }).generate(request);
    await expect(call).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE", details: { errno: "ECONNREFUSED" } });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^Retry 1 of 2 in \d+ ms: .*ECONNREFUSED/);
  });

  it("the body is sent again whole", async () => {
    const bodies: string[] = [];
    const server = await startTestServer((incoming, response) => {
      let body = "";
      incoming.on("data", (piece) => {
        body += piece;
      });
      incoming.on("end", () => {
        bodies.push(body);
        if (bodies.length === 1) status(503)(response, incoming);
        else ok(response, incoming);
      });
    });
    servers.push(server);
    await client(server.url).generate(request);
    expect(bodies).toEqual([bodies[1], JSON.stringify({ ...request, stream: false })]);
  });
});

describe("what is not safe is not repeated", () => {
  it.each([
    ["a 500", status(500), "SERVER_ERROR"],
    ["a 502", status(502), "SERVER_ERROR"],
    ["a 400", status(400), "INVALID_REQUEST"],
  ])("%s", async (_what, failure, code) => {
    const server = await serve(failure, ok);
    await expect(client(server.url).generate(request)).rejects.toMatchObject({ code });
    expect(server.asked()).toBe(1);
  });

  it("a stream of which something came", async () => {
    const server = await serve((response) => {
      response.write(`${JSON.stringify({ response: "A", done: false })}\n`, () => response.socket?.resetAndDestroy());
    }, ok);
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const part of client(server.url).generate({ ...request, stream: true })) seen.push(part.response);
    };
    await expect(read()).rejects.toMatchObject({ code: "CONNECTION_LOST", details: { partial: "A" } });
    expect(server.asked()).toBe(1);
  });

  it("a whole answer that broke off", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write('{"response":', () => response.socket?.resetAndDestroy());
    }, ok);
    await expect(client(server.url).generate(request)).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(server.asked()).toBe(1);
  });

  it("anything with retry: false", async () => {
    const server = await serve(status(503), ok);
    const call = client(server.url, { retry: false }).generate(request);
    await expect(call).rejects.toMatchObject({ code: "SERVER_BUSY", retryable: true });
    expect(server.asked()).toBe(1);
  });

  it("more often than the limit", async () => {
    const server = await serve(status(503));
    const call = client(server.url, { retry: { limit: 4, delayMs: 1 } }).generate(request);
    await expect(call).rejects.toMatchObject({ code: "SERVER_BUSY" });
    expect(server.asked()).toBe(5);
  });

  it("after a longer Retry-After than one waits for", async () => {
    const server = await serve(status(429, { "Retry-After": "3600" }), ok);
    const call = client(server.url).generate(request);
    await expect(call).rejects.toMatchObject({ code: "SERVER_BUSY", details: { retryAfterMs: 3_600_000 } });
    expect(server.asked()).toBe(1);
  });

  it("once it was aborted while it waited", async () => {
    const abort = new AbortController();
    const server = await serve(status(429, { "Retry-After": "30" }), ok);
    const logger = { debug: () => abort.abort() };
    const call = client(server.url, { logger }).generate(request, { signal: abort.signal });
    await expect(call).rejects.toMatchObject({ code: "ABORTED" });
    expect(server.asked()).toBe(1);
  });
});

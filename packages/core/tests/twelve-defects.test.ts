import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestServer, type TestServer } from "@codo/test-utils";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  type ChatResponse,
  type GenerateResponse,
  imageFromFile,
  OllamaClient,
  OllamaError,
  type RunningModel,
  type ShowResponse,
  type ToolCall,
} from "../src/index.js";

const servers: TestServer[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function serve(handler: Handler): Promise<TestServer> {
  const server = await startTestServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => handler(request, response, Buffer.concat(pieces).toString("utf8")));
  });
  servers.push(server);
  return server;
}

const chunk = (content: string, done = false): string =>
  `${JSON.stringify({ model: "m", created_at: "2026-11-22T00:00:00Z", message: { role: "assistant", content }, done })}\n`;

const request = { model: "m", messages: [{ role: "user", content: "Hi" }] };

async function outcomeOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    return error;
  }
}

describe("the twelve defects of the official client are none here", () => {
  it("1. a call that takes an hour to its first byte succeeds: no time-out hides in the transport", async () => {
    // No test waits an hour: while the answer is owed, request, socket and agent must be without any limit.
    const requests: ClientRequest[] = [];
    const note = (message: unknown): void => void requests.push((message as { request: ClientRequest }).request);
    subscribe("http.client.request.start", note);
    const limits: unknown[] = [];
    const server = await serve((_request, response) => {
      const [sent] = requests as (ClientRequest & { timeout?: number; agent: { options: { timeout?: number } } })[];
      limits.push(sent?.timeout, sent?.socket?.timeout, sent?.agent.options.timeout);
      response.end(chunk("late", true));
    });
    const answer = await new OllamaClient({ host: server.url }).chat(request);
    unsubscribe("http.client.request.start", note);
    expect(answer.message.content).toBe("late");
    expect(requests).toHaveLength(1);
    expect(limits.filter((limitMs) => limitMs !== undefined && limitMs !== 0)).toEqual([]);
  });

  it("2. one request is aborted, before its headers too, and its neighbours go on", async () => {
    const waiting: ServerResponse[] = [];
    let arrived = (): void => undefined;
    const bothArrived = new Promise<void>((resolve) => {
      arrived = () => waiting.length === 2 && resolve();
    });
    const server = await serve((_request, response) => {
      waiting.push(response);
      arrived();
    });
    const client = new OllamaClient({ host: server.url });
    const abort = new AbortController();
    const first = outcomeOf(client.chat(request, { signal: abort.signal }));
    const second = client.chat(request);
    await bothArrived;
    abort.abort();
    expect(await first).toMatchObject({ code: "ABORTED", retryable: false });
    for (const response of waiting) response.end(chunk("still here", true));
    expect((await second).message.content).toBe("still here");
  });

  it("3. leaving a for await early closes the socket", async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const server = await serve((_request, response) => {
      closed = once(response, "close");
      response.write(chunk("a") + chunk("b"));
    });
    for await (const part of new OllamaClient({ host: server.url }).chat({ ...request, stream: true })) {
      expect(part.message.content).toBe("a");
      break;
    }
    await closed;
  });

  it("4. a corrupt line is an error with its number, and a blank line is nothing", async () => {
    const server = await serve((_request, response) => response.end(`${chunk("A")}\n\n{"broken\n${chunk("C", true)}`));
    const seen: string[] = [];
    const error = await outcomeOf(
      (async () => {
        for await (const part of new OllamaClient({ host: server.url }).chat({ ...request, stream: true })) {
          seen.push(part.message.content);
        }
      })(),
    );
    expect(seen).toEqual(["A"]);
    expect(error).toMatchObject({
      code: "STREAM_CORRUPT",
      details: { lineNumber: 4, excerpt: '{"broken', partial: "A" },
    });
  });

  it("5. every failure is an OllamaError with a code and the server's text", async () => {
    const answers: Record<string, (response: ServerResponse) => void> = {
      line: (response) => response.end(`${chunk("A")}{"error":"runner died"}\n`),
      nested: (response) => response.writeHead(400).end(JSON.stringify({ error: '{"error":{"message":"deep down"}}' })),
      signin: (response) =>
        response
          .writeHead(401)
          .end(JSON.stringify({ error: "unauthorized", signin_url: "https://ollama.com/connect" })),
    };
    const server = await serve((_request, response, body) => answers[JSON.parse(body).model]?.(response));
    const client = new OllamaClient({ host: server.url, retry: false });
    const line = await outcomeOf(
      (async () => {
        for await (const _part of client.chat({ ...request, model: "line", stream: true }));
      })(),
    );
    expect(line).toMatchObject({ code: "SERVER_ERROR", details: { partial: "A", midStream: true } });
    expect((line as Error).message).toContain("runner died");
    const nested = await outcomeOf(client.chat({ ...request, model: "nested" }));
    expect(nested).toMatchObject({ code: "INVALID_REQUEST", details: { serverText: "deep down" } });
    const signin = await outcomeOf(client.chat({ ...request, model: "signin" }));
    expect(signin).toMatchObject({ code: "UNAUTHORIZED", details: { signinUrl: "https://ollama.com/connect" } });
    await server.stop();
    servers.length = 0;
    const down = await outcomeOf(new OllamaClient({ host: server.url, retry: { delayMs: 1 } }).version());
    expect(OllamaError.is(down)).toBe(true);
    expect(down).toMatchObject({ code: "SERVER_UNAVAILABLE", details: { errno: "ECONNREFUSED" } });
  });

  it("6. OLLAMA_HOST is read, and a URL with credentials works", async () => {
    let authorization: string | undefined;
    const server = await serve((incoming, response) => {
      authorization = incoming.headers.authorization;
      response.end('{"version":"1"}');
    });
    vi.stubEnv("OLLAMA_HOST", ` "user:secret@127.0.0.1:${server.port}" `);
    const client = new OllamaClient();
    expect(await client.version()).toEqual({ version: "1" });
    expect(client.host).toBe(server.url);
    expect(authorization).toBe(`Basic ${btoa("user:secret")}`);
  });

  it("7. a key goes to its host only: a redirect to another one is not followed", async () => {
    let stolen: string | undefined;
    const thief = await serve((incoming, response) => {
      stolen = incoming.headers.authorization ?? "asked";
      response.end("{}");
    });
    const server = await serve((_request, response) => response.writeHead(307, { location: thief.url }).end());
    const error = await outcomeOf(new OllamaClient({ host: server.url, apiKey: "sk-secret" }).version());
    expect(error).toMatchObject({ code: "INVALID_REQUEST", details: { status: 307 } });
    expect(stolen).toBeUndefined();
    vi.stubEnv("OLLAMA_API_KEY", "sk-cloud");
    const local = await serve((incoming, response) => {
      stolen = incoming.headers.authorization;
      response.end("{}");
    });
    await new OllamaClient({ host: local.url }).version();
    expect(stolen).toBeUndefined();
  });

  it("8. an image string that names a file is not read, and a file is read only by imageFromFile", async () => {
    const folder = await mkdtemp(join(tmpdir(), "codo-image-"));
    const file = join(folder, "picture.png");
    await writeFile(file, Uint8Array.of(1, 2, 3));
    let images: string[] = [];
    const server = await serve((_request, response, body) => {
      images = JSON.parse(body).images;
      response.end(JSON.stringify({ model: "m", response: "", done: true }));
    });
    const client = new OllamaClient({ host: server.url });
    await client.generate({ model: "m", prompt: "what", images: [file, await imageFromFile(file)] });
    expect(images).toEqual([file, "AQID"]);
    await expect(imageFromFile(join(folder, "mistyped.png"))).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await rm(folder, { recursive: true });
  });

  it("9. the caller's request is never changed", async () => {
    const server = await serve((_request, response) => response.end(chunk("ok", true)));
    const client = new OllamaClient({ host: server.url });
    const image = Uint8Array.of(1, 2, 3);
    const own = { ...request, messages: [{ role: "user", content: "Hi", images: [image] }], options: { seed: 1 } };
    const before = structuredClone(own);
    Object.freeze(own.messages[0]);
    Object.freeze(own.messages);
    Object.freeze(own);
    await client.chat(own);
    await client.chat({ ...own, stream: true });
    expect(own).toEqual(before);
    expect(own.messages[0]?.images[0]).toBe(image);
  });

  it("10. the types are what the wire has", () => {
    expectTypeOf<ChatResponse["created_at"]>().toEqualTypeOf<string>();
    expectTypeOf<RunningModel["expires_at"]>().toEqualTypeOf<string>();
    expectTypeOf<RunningModel["context_length"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<ShowResponse["model_info"]>().toEqualTypeOf<Record<string, unknown> | undefined>();
    expectTypeOf<GenerateResponse["eval_count"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<GenerateResponse["done_reason"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<ToolCall["id"]>().toEqualTypeOf<string | undefined>();
    // The compiler checks these; the count says that they are there.
    expect.assertions(0);
  });

  it("11. blobs, repeats and time-outs are there", async () => {
    const blob = Buffer.from("a small blob");
    const seen: string[] = [];
    let busy = 1;
    const server = await serve((incoming, response, body) => {
      seen.push(`${incoming.method} ${body}`);
      if (incoming.method === "HEAD") response.writeHead(404).end();
      else if (busy-- > 0) response.writeHead(503).end('{"error":"server busy"}');
      else if (incoming.url?.startsWith("/api/blobs/")) response.writeHead(201).end();
    });
    const client = new OllamaClient({ host: server.url, retry: { delayMs: 1 } });
    const digest = `sha256:${"0".repeat(64)}`;
    expect(await client.headBlob(digest)).toBe(false);
    expect(await client.createBlob(digest, blob)).toEqual({ status: "success" });
    expect(seen).toEqual(["HEAD ", "POST a small blob", "POST a small blob"]);
    const late = await outcomeOf(client.chat(request, { timeouts: { totalMs: 20 } }));
    expect(late).toMatchObject({ code: "TIMEOUT_TOTAL" });
  });

  it("12. User-Agent and Accept can be set, and the library prints nothing", async () => {
    const methods = ["log", "info", "warn", "error", "debug"] as const;
    const spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => undefined));
    let headers: IncomingMessage["headers"] = {};
    const server = await serve((incoming, response) => {
      headers = incoming.headers;
      response.end(`\n\n${chunk("ok", true)}`);
    });
    const client = new OllamaClient({
      host: server.url,
      headers: { "User-Agent": "mine/1", Accept: "text/plain" },
    });
    for await (const _part of client.chat({ ...request, stream: true }, { headers: { "X-Own": "1" } }));
    expect(headers).toMatchObject({ "user-agent": "mine/1", accept: "text/plain", "x-own": "1" });
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});

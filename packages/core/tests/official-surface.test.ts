import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as official from "ollama";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as fetchClient from "../src/client.js";
import ollama, * as ours from "../src/index.js";
import { defaultInstance } from "../src/official/default-instance.js";

interface Seen {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const closing: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) close();
});

/** A server that answers with what it is given, and keeps what it was sent. */
async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ host: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => {
      body += piece.toString();
    });
    request.on("end", () => {
      seen.push({ path: request.url ?? "", headers: request.headers, body });
      answer(request, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const DONE =
  '{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hi"},"done":true}\n';

/** The tests below run one text with each module; the types differ in the times alone, which the wire gives as text. */
const as = (ollama: unknown): typeof official.Ollama => ollama as typeof official.Ollama;

describe("a program of the official client, with another import", () => {
  it("finds every value and every method", () => {
    expect(Object.keys(official).filter((name) => !(name in ours))).toEqual([]);
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(official.Ollama.prototype));
    // Private in its types, and nobody's business.
    const own = methods.filter((name) => name !== "processStreamableRequest" && name !== "constructor");
    expect(own.length).toBeGreaterThan(15);
    expect(own.filter((name) => !(name in ours.Ollama.prototype))).toEqual([]);
    expect(own.filter((name) => !(name in fetchClient.Ollama.prototype))).toEqual([]);
  });

  // The same text, once with each module.
  it.each([
    ["official", official.Ollama],
    ["ours", as(ours.Ollama)],
    ["ours over fetch", as(fetchClient.Ollama)],
  ])("chats, streams and reads errors: %s", async (_, Ollama) => {
    const { host } = await serve((request, response) => {
      if (request.url === "/api/chat") response.end(DONE);
      else response.writeHead(404, { "content-type": "application/json" }).end('{"error":"model \'x\' not found"}');
    });
    const client = new Ollama({ host, headers: { "x-own": "1" } });
    const request = { model: "m", messages: [{ role: "user", content: "Hello" }] };
    expect((await client.chat(request)).message.content).toBe("Hi");
    const parts: string[] = [];
    for await (const part of await client.chat({ ...request, stream: true })) parts.push(part.message.content);
    expect(parts).toEqual(["Hi"]);
    const failure = await client.show({ model: "x" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status_code: 404, error: "model 'x' not found" });
  });

  it.each([
    ["official", official.Ollama],
    ["ours", as(ours.Ollama)],
    ["ours over fetch", as(fetchClient.Ollama)],
  ])("abort() ends every stream with an AbortError: %s", async (_, Ollama) => {
    const { host } = await serve((_request, response) => {
      response.write(DONE.replace('"done":true', '"done":false'));
    });
    const client = new Ollama({ host });
    const stream = await client.chat({ model: "m", messages: [], stream: true });
    const read = async (): Promise<void> => {
      for await (const _part of stream) client.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: "AbortError" });
  });

  it("recognises a stream by its class", async () => {
    const { host } = await serve((_request, response) => response.end(DONE));
    const call = new ours.Ollama({ host }).chat({ model: "m", stream: true });
    expect(call).toBeInstanceOf(ours.AbortableAsyncIterator);
    expect(await call).toBeInstanceOf(ours.AbortableAsyncIterator);
    expect({}).not.toBeInstanceOf(ours.AbortableAsyncIterator);
  });

  it("the default instance is made with its first use, for the OLLAMA_HOST of then", async () => {
    const { host, seen } = await serve((_request, response) => response.end('{"version":"1"}'));
    vi.stubEnv("OLLAMA_HOST", host);
    expect(await ollama.version()).toEqual({ version: "1" });
    expect(ollama).toBeInstanceOf(ours.Ollama);
    expect(seen.map(({ path }) => path)).toEqual(["/api/version"]);
  });

  it("the default instance lets a test replace a method, and put it back", async () => {
    const { host } = await serve((_request, response) => response.end('{"version":"1"}'));
    vi.stubEnv("OLLAMA_HOST", host);
    const instance = defaultInstance(() => new ours.Ollama());
    const spy = vi.spyOn(instance, "version").mockResolvedValue({ version: "replaced" });
    expect(await instance.version()).toEqual({ version: "replaced" });
    spy.mockRestore();
    expect(await instance.version()).toEqual({ version: "1" });
    expect("version" in instance).toBe(true);
  });

  it("encodes bytes, and takes no text for a path", async () => {
    expect(await ours.ollama.encodeImage(Uint8Array.of(1, 2))).toBe("AQI=");
    expect(await ours.ollama.encodeImage("AQI=")).toBe("AQI=");
  });

  it("says how to give a file where a path was given as an image", async () => {
    const { host } = await serve((_request, response) =>
      response.writeHead(400).end('{"error":"illegal base64 data at input byte 0"}'),
    );
    const client = new ours.Ollama({ host });
    const messages = [{ role: "user", content: "What is this?", images: ["./cat.png"] }];
    for (const ask of [
      () => client.chat({ model: "m", messages }),
      () => client.generate({ model: "m", prompt: "?", images: ["./cat.png"] }),
    ]) {
      await expect(ask()).rejects.toMatchObject({ advice: expect.stringContaining('imageFromFile("./cat.png")') });
    }
    const bytes = client.generate({ model: "m", prompt: "?", images: ["AQI="] });
    await expect(bytes).rejects.not.toMatchObject({ advice: expect.stringContaining("imageFromFile") });
  });
});

describe("web search and fetch", () => {
  /** Keeps what would go to the service. */
  function capture(answer: object): { fetch: ours.Fetch; sent: { url: string; init: RequestInit }[] } {
    const sent: { url: string; init: RequestInit }[] = [];
    const fetch: ours.Fetch = (url, init) => {
      sent.push({ url, init });
      return Promise.resolve(Response.json(answer));
    };
    return { fetch, sent };
  }

  it("go to ollama.com in the service's own names, with the key of the environment", async () => {
    vi.stubEnv("OLLAMA_API_KEY", "env-key");
    const { fetch, sent } = capture({ results: [{ content: "blue" }] });
    const client = new ours.OllamaClient({ fetch, host: "http://127.0.0.1:1", apiKey: "local-key" });
    expect(await client.webSearch({ query: "sky", maxResults: 2 })).toEqual({ results: [{ content: "blue" }] });
    await client.webFetch({ url: "https://example.com" });
    expect(sent.map(({ url, init }) => [url, init.body])).toEqual([
      ["https://ollama.com/api/web_search", '{"query":"sky","max_results":2}'],
      ["https://ollama.com/api/web_fetch", '{"url":"https://example.com"}'],
    ]);
    for (const { init } of sent) expect(new Headers(init.headers).get("authorization")).toBe("Bearer env-key");
  });

  it("send no key and no header there that were set for another host", async () => {
    const { fetch, sent } = capture({ results: [] });
    const headers = { authorization: "Bearer local", "x-secret": "s" };
    await new ours.OllamaClient({ fetch, host: "http://127.0.0.1:1", headers }).webSearch({ query: "q" });
    const received = new Headers(sent[0]?.init.headers);
    expect([received.get("authorization"), received.get("x-secret")]).toEqual([null, null]);
    await new ours.OllamaClient({ fetch, host: "https://ollama.com", apiKey: "mine" }).webSearch({ query: "q" });
    expect(new Headers(sent[1]?.init.headers).get("authorization")).toBe("Bearer mine");
  });

  it("say which key is lacking where ollama.com refuses", async () => {
    const fetch: ours.Fetch = () => Promise.resolve(Response.json({ error: "unauthorized" }, { status: 401 }));
    const client = new ours.OllamaClient({ fetch, host: "http://127.0.0.1:1", apiKey: "local-key" });
    await expect(client.webSearch({ query: "q" })).rejects.toMatchObject({
      code: "UNAUTHORIZED",
      status_code: 401,
      advice: expect.stringContaining("OLLAMA_API_KEY"),
    });
  });

  it("need a query and an address", () => {
    expect(() => new ours.OllamaClient().webSearch({ query: " " })).toThrow('webSearch needs a text as "query"');
    expect(() => new ours.OllamaClient().webFetch({} as never)).toThrow('webFetch needs a text as "url"');
  });
});

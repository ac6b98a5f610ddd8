import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startTestServer, type TestServer } from "@codo/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OllamaClient as FetchClient } from "../src/client.js";
import { OllamaClient, OllamaError } from "../src/index.js";

const servers: TestServer[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(listener: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const server = await startTestServer(listener);
  servers.push(server);
  return server;
}

const line = (content: string, done = false): string =>
  `${JSON.stringify({ message: { role: "assistant", content }, done })}\n`;

describe("connections", () => {
  it("are kept alive and used again, by whole answers and by streams", async () => {
    const ports = new Set<number | undefined>();
    const server = await serve((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      incoming.resume();
      incoming.on("end", () => response.end(line("ok", true)));
    });
    const client = new OllamaClient({ host: server.url });
    for (let turn = 0; turn < 5; turn += 1) await client.chat({ model: "m" });
    for (let turn = 0; turn < 5; turn += 1) {
      for await (const _part of client.chat({ model: "m", stream: true }));
    }
    expect(ports.size).toBe(1);
  });

  it.each([
    ["node:http", OllamaClient],
    ["fetch", FetchClient],
  ])("bring a visitor what an iteration brings, over %s", async (_transport, Client) => {
    const server = await serve((incoming, response) => {
      incoming.resume();
      incoming.on("end", () => {
        response.write(line("one "));
        setTimeout(() => response.end(line("two", true)), 5);
      });
    });
    const client = new Client({ host: server.url });
    const iterated: string[] = [];
    for await (const part of client.chat({ model: "m", stream: true })) iterated.push(part.message.content);
    const visited: string[] = [];
    await client.chat({ model: "m", stream: true }).each((part) => visited.push(part.message.content));
    const stream = await client.chat({ model: "m", stream: true });
    await stream.each((part) => visited.push(part.message.content));
    expect(visited).toEqual([...iterated, ...iterated]);
    expect(iterated).toEqual(["one ", "two"]);
  });

  it("go over a unix socket", async () => {
    const folder = await mkdtemp(join(tmpdir(), "codo-socket-"));
    const path = join(folder, "ollama.sock");
    const server = createServer((_request, response) => response.end(line("by socket", true)));
    server.listen(path);
    await once(server, "listening");
    const client = new OllamaClient({ host: `unix://${path}` });
    expect((await client.chat({ model: "m" })).message.content).toBe("by socket");
    for await (const part of client.chat({ model: "m", stream: true })) expect(part.message.content).toBe("by socket");
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
    const gone = client.version();
    await expect(gone).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE", details: { errno: "ENOENT" } });
  });

  it("keep a path in the host", async () => {
    const server = await serve((incoming, response) => response.end(JSON.stringify({ version: incoming.url })));
    expect(await new OllamaClient({ host: `${server.url}/behind/` }).version()).toEqual({
      version: "/behind/api/version",
    });
  });
});

describe("a proxy of the environment", () => {
  it("carries http requests to a host that only it knows, and NO_PROXY excepts one", async () => {
    const origin = await serve((incoming, response) =>
      response.end(JSON.stringify({ version: incoming.headers.host })),
    );
    const asked: (string | undefined)[] = [];
    const proxy = await serve((incoming: IncomingMessage, response) => {
      asked.push(incoming.url);
      const onward = httpRequest(
        { port: origin.port, host: "127.0.0.1", path: new URL(incoming.url ?? "").pathname, headers: incoming.headers },
        (answer) => answer.pipe(response),
      );
      incoming.pipe(onward);
    });
    vi.stubEnv("HTTP_PROXY", proxy.url);
    const client = new OllamaClient({ host: "http://ollama.invalid:11434", retry: false });
    expect(await client.version()).toEqual({ version: "ollama.invalid:11434" });
    expect(asked).toEqual(["http://ollama.invalid:11434/api/version"]);
    vi.stubEnv("NO_PROXY", ".invalid");
    await expect(client.version()).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE" });
    expect(asked).toHaveLength(1);
  });

  it("is asked for a tunnel by https requests", async () => {
    const proxy = await serve((_request, response) => response.writeHead(500).end());
    const targets: (string | undefined)[] = [];
    proxy.server.on("connect", (incoming: IncomingMessage, socket) => {
      targets.push(incoming.url);
      socket.write("HTTP/1.1 200 OK\r\n\r\n", () => socket.destroy());
    });
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const client = new OllamaClient({ host: "https://ollama.invalid", retry: false });
    expect(OllamaError.is(await client.version().catch((error: unknown) => error))).toBe(true);
    expect(targets).toEqual(["ollama.invalid:443"]);
  });

  it("of a kind that is not supported is named, without its password", async () => {
    vi.stubEnv("HTTP_PROXY", "socks5://user:secret@proxy:1080");
    const error = await new OllamaClient({ host: "http://ollama.invalid" })
      .version()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "SERVER_UNAVAILABLE", message: expect.stringContaining("socks5://***@proxy") });
    expect(JSON.stringify(error)).not.toContain("secret");
  });
});

describe("the client over the platform's fetch", () => {
  it("streams, and leaving early closes the connection", async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const server = await serve((_request, response) => {
      closed = once(response, "close");
      response.write(line("é") + line("b"));
    });
    for await (const part of new FetchClient({ host: server.url }).chat({ model: "m", stream: true })) {
      expect(part.message.content).toBe("é");
      break;
    }
    await closed;
  });

  it("aborts before the headers, and names a server that is down", async () => {
    const server = await serve(() => undefined);
    const abort = new AbortController();
    const call = new FetchClient({ host: server.url }).chat({ model: "m" }, { signal: abort.signal });
    server.server.once("request", () => abort.abort());
    await expect(call).rejects.toMatchObject({ code: "ABORTED" });
    await server.stop();
    servers.length = 0;
    const down = new FetchClient({ host: server.url, retry: { delayMs: 1 } }).version();
    await expect(down).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE", details: { errno: "ECONNREFUSED" } });
  });

  it("uses a fetch of one's own, on Node too", async () => {
    const urls: string[] = [];
    const client = new OllamaClient({
      host: "box:1",
      fetch: async (url, init) => {
        urls.push(`${init.method} ${url}`);
        return new Response('{"version":"mine"}');
      },
    });
    expect(await client.version()).toEqual({ version: "mine" });
    expect(urls).toEqual(["GET http://box:1/api/version"]);
  });
});

describe("credentials", () => {
  it("appear in no message and no detail", async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const client = new OllamaClient({ host: `http://user:hunter2@${address}`, apiKey: "sk-secret", retry: false });
    const error = await client.version().catch((caught: unknown) => caught);
    const text = `${String(error)} ${JSON.stringify(error)} ${client.host}`;
    expect(text).not.toMatch(/hunter2|sk-secret/);
    expect(text).toContain(address);
  });
});

describe("a stream", () => {
  it("is awaited or iterated, and sent once", async () => {
    let asked = 0;
    const server = await serve((_request, response) => {
      asked += 1;
      response.end(line("a") + line("b", true));
    });
    const client = new OllamaClient({ host: server.url });
    const call = client.chat({ model: "m", stream: true });
    const stream = await call;
    expect(await call).toBe(stream);
    const parts: string[] = [];
    for await (const part of stream) parts.push(part.message.content);
    for await (const part of client.chat({ model: "m", stream: true })) parts.push(part.message.content);
    expect(parts).toEqual(["a", "b", "a", "b"]);
    expect(asked).toBe(2);
  });

  it("without its end is incomplete, and a whole reply with done: false is returned", async () => {
    const server = await serve((_request, response) => response.end(line("half an ans")));
    const client = new OllamaClient({ host: server.url });
    expect(await client.chat({ model: "m" })).toMatchObject({ done: false });
    const read = async (): Promise<void> => {
      for await (const _part of client.chat({ model: "m", stream: true }));
    };
    await expect(read()).rejects.toMatchObject({ code: "STREAM_INCOMPLETE", details: { partial: "half an ans" } });
  });

  it("gives each of many reads at once its own value", async () => {
    const server = await serve((_request, response) => response.end(line("1") + line("2") + line("3", true)));
    const stream = await new OllamaClient({ host: server.url }).chat({ model: "m", stream: true });
    const reads = await Promise.all([1, 2, 3, 4].map(() => stream.next()));
    expect(reads.map(({ value }) => value?.message.content)).toEqual(["1", "2", "3", undefined]);
  });
});

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { startTestServer, type TestServer } from "@codo/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OllamaClient as FetchClient } from "../src/client.js";
import { createExecutor, OllamaClient, OllamaError, OllamaManager } from "../src/index.js";
import { ManualClock } from "./support/manual-clock.js";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function serve(listener: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const server = await startTestServer(listener);
  stops.push(() => server.stop());
  return server;
}

/** A server that answers each connection with bytes of its own. */
async function serveBytes(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    answer(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function failureOf(call: PromiseLike<unknown>): Promise<OllamaError> {
  try {
    await call;
  } catch (error) {
    if (OllamaError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _part of stream);
}

/** A call for a whole answer, for a whole answer of a model, and for a streamed one. */
function callsOf(client: FetchClient): (() => PromiseLike<unknown>)[] {
  return [() => client.list(), () => client.chat(CHAT), () => drain(client.chat({ ...CHAT, stream: true }))];
}

const CHAT = { model: "m", messages: [{ role: "user", content: "x" }] };
const line = (content: unknown, more: object = {}): string =>
  `${JSON.stringify({ message: { role: "assistant", content }, done: false, ...more })}\n`;

describe.each([
  ["node:http", OllamaClient],
  ["fetch", FetchClient],
])("over %s", (_name, Client) => {
  it("an error without an end is read as far as it is of use, and its connection is closed", async () => {
    let sentBytes = 0;
    const server = await serve((_incoming, response) => {
      let closed = false;
      response.writeHead(500, { "content-type": "text/plain" });
      const more = (): void => {
        while (!closed && response.write("x".repeat(16_384))) sentBytes += 16_384;
        if (!closed) response.once("drain", more);
      };
      response.on("close", () => {
        closed = true;
      });
      more();
    });
    const client = new Client({ host: server.url, retry: false });
    const calls = [() => client.chat(CHAT), () => drain(client.chat({ ...CHAT, stream: true })), () => client.list()];
    for (const call of calls) {
      const error = await failureOf(call());
      expect(error).toMatchObject({ code: "SERVER_ERROR", details: { status: 500 } });
      expect(error.message.length).toBeLessThan(2000);
    }
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([304, 101])("status %d is an error at once", async (status) => {
    const host = await serveBytes((socket) => {
      socket.on("data", () => socket.write(`HTTP/1.1 ${status} Odd\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n`));
    });
    const client = new Client({ host, retry: false });
    for (const call of [() => client.list(), () => drain(client.chat({ ...CHAT, stream: true }))]) {
      const error = await failureOf(call());
      expect(["SERVER_ERROR", "CONNECTION_LOST", "SERVER_UNAVAILABLE"]).toContain(error.code);
    }
  });

  it.each([
    ["a banner", "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
    ["a banner without an empty line", "SSH-2.0-x\r\n"],
    ["bytes", "\u0000\u0001\u0002\r\n\r\n"],
  ])("%s that is no HTTP is an error at once, also for a stream", async (_what, bytes) => {
    const host = await serveBytes((socket) => {
      socket.on("data", () => undefined);
      socket.write(bytes);
    });
    const client = new Client({ host, retry: false });
    const calls = [() => client.list(), () => client.chat(CHAT), () => drain(client.chat({ ...CHAT, stream: true }))];
    for (const call of calls) {
      const error = await failureOf(call());
      expect(error.code).toBe("SERVER_UNAVAILABLE");
      expect(error.message).toContain("does not speak HTTP");
    }
  });

  it.each([
    ["a lone 102", "HTTP/1.1 102 Processing\r\n\r\n"],
    ["a lone 103", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"],
    ["half a head", "HTTP/1.1 200 OK\r\nContent-Type: appli"],
    ["half a status line", "HTTP/1"],
  ])("%s and nothing more ends at the first limit that is set, also for a stream", async (_what, bytes) => {
    const host = await serveBytes((socket) => socket.once("data", () => socket.write(bytes)));
    for (const [timeouts, code] of [
      [{ firstTokenMs: 200 }, "TIMEOUT_FIRST_TOKEN"],
      [{ totalMs: 200 }, "TIMEOUT_TOTAL"],
    ] as const) {
      const client = new Client({ host, retry: false, timeouts });
      for (const call of callsOf(client)) expect(await failureOf(call())).toMatchObject({ code });
    }
  });

  it("a lone 100, which nobody asked for, ends at once or at the first limit", async () => {
    const host = await serveBytes((socket) => socket.once("data", () => socket.write("HTTP/1.1 100 Continue\r\n\r\n")));
    const client = new Client({ host, retry: false, timeouts: { firstTokenMs: 200 } });
    for (const call of callsOf(client)) {
      expect((await failureOf(call())).code).toMatch(/^(TIMEOUT_FIRST_TOKEN|CONNECTION_LOST)$/);
    }
  });

  it("an answer after informational ones is that answer", async () => {
    const server = await serve((incoming, response) => {
      incoming.resume();
      response.writeProcessing();
      response.writeEarlyHints({ link: "</x>; rel=preload" });
      const isList = incoming.url === "/api/tags";
      response.end(isList ? '{"models":[]}' : line("A", { done: true }));
    });
    const client = new Client({ host: server.url, retry: false });
    expect(await client.list()).toEqual({ models: [] });
    let text = "";
    for await (const part of client.chat({ ...CHAT, stream: true })) text += part.message.content;
    expect(text).toBe("A");
  });

  it("what a proxy compressed is read, whole and streamed", async () => {
    const server = await serve((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { "content-encoding": "gzip" });
      const isList = incoming.url === "/api/tags";
      response.end(gzipSync(isList ? '{"models":[]}' : line("A") + line("B", { done: true })));
    });
    const client = new Client({ host: server.url });
    expect(await client.list()).toEqual({ models: [] });
    let text = "";
    for await (const part of client.chat({ ...CHAT, stream: true })) text += part.message.content;
    expect(text).toBe("AB");
  });
});

describe("an answer that begins and stops, where no limit is set for answers", () => {
  it.each([
    ["100", "HTTP/1.1 100 Continue\r\n\r\n"],
    ["102", "HTTP/1.1 102 Processing\r\n\r\n"],
    ["103", "HTTP/1.1 103 Early Hints\r\n\r\n"],
    ["half a head", "HTTP/1.1 200 OK\r\n"],
    ["one letter", "H"],
    ["an empty line", "\r\n"],
  ])("is given up by the connect limit: %s", async (_what, bytes) => {
    let asked = 0;
    const host = await serveBytes((socket) =>
      socket.once("data", () => {
        asked++;
        socket.write(bytes);
      }),
    );
    const clock = new ManualClock();
    const client = new OllamaClient({ host, clock, retry: false, timeouts: { connectMs: 100 } });
    for (const [index, call] of callsOf(client).entries()) {
      let error: OllamaError | undefined;
      const failed = failureOf(call()).then((failure) => {
        error = failure;
      });
      // The connection stands; it is given up at the first look that finds what the look before it found.
      await vi.waitFor(() => expect(asked).toBe(index + 1), 20_000);
      while (error === undefined) {
        clock.advance(100);
        await turn();
      }
      await failed;
      expect(error).toMatchObject({ code: "TIMEOUT_CONNECT", details: { deadline: "connectMs", limitMs: 100 } });
      expect(error.message).toMatch(/began, but its headers did not arrive within 100 ms.*timeouts\.connectMs/);
    }
  });

  it("is waited for where nothing came yet, where more comes in time, and on a connection that was used before", async () => {
    const [head, body] = ["HTTP/1.1 200 OK\r\nContent-Length: 13\r\n", '\r\n{"models":[]}'];
    const asked: Socket[] = [];
    const connections: Socket[] = [];
    const onConnection = (message: unknown): unknown => connections.push((message as { socket: Socket }).socket);
    subscribe("net.client.socket", onConnection);
    stops.push(async () => void unsubscribe("net.client.socket", onConnection));
    const host = await serveBytes((socket) =>
      socket.on("data", () => {
        if (asked.push(socket) === 1) socket.write(head + body);
      }),
    );
    const clock = new ManualClock();
    const client = new OllamaClient({ host, clock, retry: false, timeouts: { connectMs: 200 } });
    expect(await client.list()).toEqual({ models: [] });
    const second = (async () => await client.list())();
    await vi.waitFor(() => expect(asked).toHaveLength(2), 20_000);
    expect(connections).toHaveLength(1);
    // The second answer is silent for four limits; then its head comes piece by piece, one in each limit.
    for (let limit = 0; limit < 4; limit++) clock.advance(200);
    for (const piece of [...(head.match(/.{1,16}/gs) ?? []), body]) {
      const wanted = (connections[0]?.bytesRead ?? 0) + piece.length;
      asked[1]?.write(piece);
      await vi.waitFor(() => expect(connections[0]?.bytesRead).toBe(wanted), 20_000);
      clock.advance(200);
    }
    expect(await second).toEqual({ models: [] });
  });
});

describe("JSON that is deep, or of another type", () => {
  const deep = `${'{"a":['.repeat(50_000)}1${"]}".repeat(50_000)}`;

  it.each([
    ["deep", `{"models":${deep}}`],
    ["null", "null"],
    ["a number", "7"],
    ["a list", "[]"],
    ["a text", '"x"'],
  ])("is a typed error of every method: %s", async (_what, body) => {
    const server = await serve((incoming, response) => {
      incoming.resume();
      response.end(body);
    });
    const client = new OllamaClient({ host: server.url, retry: false });
    const calls = [
      () => client.list(),
      () => client.ps(),
      () => client.version(),
      () => client.show({ model: "m" }),
      () => client.embed({ model: "m", input: "x" }),
      () => client.chat(CHAT),
      () => client.generate({ model: "m", prompt: "x" }),
      () => client.pull({ model: "m" }),
      () => client.copy({ source: "a", destination: "b" }),
      () => drain(client.chat({ ...CHAT, stream: true })),
      () => drain(client.pull({ model: "m", stream: true })),
    ];
    for (const call of calls) expect((await failureOf(call())).code).toBe("STREAM_CORRUPT");
  });

  it("is read as far as it goes in an error's body", async () => {
    const server = await serve((_incoming, response) => {
      response.statusCode = 500;
      response.end(`{"error":"boom","extra":${"[".repeat(5000)}${"]".repeat(5000)}}`);
    });
    const error = await failureOf(new OllamaClient({ host: server.url, retry: false }).list());
    expect(error).toMatchObject({ code: "SERVER_ERROR" });
    expect(() => JSON.stringify(error)).not.toThrow();
  });

  it("an error under 200 is that error", async () => {
    const server = await serve((_incoming, response) => {
      response.end('{"error":"Unexpected endpoint or method. (GET /api/tags)"}');
    });
    const error = await failureOf(new OllamaClient({ host: server.url, retry: false }).list());
    expect(error.code).toBe("SERVER_ERROR");
    expect(error.message).toContain("Unexpected endpoint");
  });
});

describe("fields that are absent, null or of another type", () => {
  it.each([
    ["null", null],
    ["absent", undefined],
    ["texts and numbers", ["m", 7, null]],
    ["a record", { name: "m" }],
  ])("give no models where the list is %s", async (_what, models) => {
    const server = await serve((_incoming, response) => response.end(JSON.stringify({ models })));
    const manager = new OllamaManager({ host: server.url, autoStartServer: false });
    expect(await manager.listModels()).toEqual([]);
    expect(await manager.listLoaded()).toEqual([]);
    expect(await manager.getModelStats()).toMatchObject({ totalModels: 0 });
    await manager.cleanup();
  });

  it("give what there is of a model: llama-server's empty texts, LM Studio's names alone", async () => {
    const models = [
      { name: "a.gguf", modified_at: "", size: "", digest: "", details: { family: null } },
      { model: "b" },
    ];
    const server = await serve((_incoming, response) => response.end(JSON.stringify({ models })));
    const manager = new OllamaManager({ host: server.url, autoStartServer: false });
    expect(await manager.listModels()).toMatchObject([
      { name: "a.gguf", size: 0, id: "", modified: "" },
      { name: "b", size: 0, id: "" },
    ]);
    expect((await manager.getModelStats()).totalSizeBytes).toBe(0);
    await manager.cleanup();
  });

  it("give the text there is in an answer, and tool calls after OpenAI's pattern with their arguments", async () => {
    const calls = [
      { function: { name: "add", arguments: '{"a":1}' } },
      { function: { name: "now", arguments: "" } },
      { function: { name: "later", arguments: null } },
      { function: null },
      null,
    ];
    const server = await serve((incoming, response) => {
      incoming.resume();
      response.write(line(null) + line(5) + line("ok"));
      response.write('{"message":null,"done":false}\n{"done":false}\n');
      response.write(line("", { message: { content: "", tool_calls: calls }, logprobs: "x" }));
      response.end(line("", { done: true, eval_count: "2", total_duration: null, context: "x", done_reason: 7 }));
    });
    const result = await createExecutor(new OllamaClient({ host: server.url })).execute(CHAT);
    expect(result).toMatchObject({ success: true, response: "ok", metadata: { usage: {}, doneReason: null } });
    expect(result.metadata.toolCalls?.map((call) => call.function)).toEqual([
      { name: "add", arguments: { a: 1 } },
      { name: "now", arguments: {} },
      { name: "later", arguments: {} },
    ]);
  });

  it.each([
    ["an empty vector", [[1, 2], []]],
    [
      "null in a vector",
      [
        [1, 2],
        [1, null],
      ],
    ],
    ["a vector too few", [[1, 2]]],
    ["no list", null],
    ["another length", [[1, 2], [1]]],
  ])("are an error in embeddings: %s", async (_what, embeddings) => {
    const server = await serve((incoming, response) => {
      incoming.resume();
      response.end(JSON.stringify({ model: "m", embeddings }));
    });
    const executor = createExecutor(new OllamaClient({ host: server.url }));
    const error = await failureOf(executor.embed({ model: "m", input: ["a", "b"] }));
    expect(error).toMatchObject({ code: "STREAM_CORRUPT", details: { model: "m" } });
  });
});

it("an empty answer is enough for an order and not for a question", async () => {
  const { startTestServer } = await import("@codo/test-utils");
  const server = await startTestServer((request, response) => request.resume().on("end", () => response.end()));
  const client = new OllamaClient({ host: server.url, retry: false });
  await expect(client.delete({ model: "m" })).resolves.toEqual({ status: "success" });
  for (const ask of [() => client.list(), () => client.ps(), () => client.version()]) {
    await expect(ask()).rejects.toMatchObject({ name: "OllamaError" });
  }
  await server.stop();
});

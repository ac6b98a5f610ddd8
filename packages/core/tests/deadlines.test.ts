import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { freePort, startTestServer, type TestServer } from "@codo/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { OllamaClient } from "../src/index.js";
import { ManualClock } from "./support/manual-clock.js";

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(handler: (response: ServerResponse) => void): Promise<TestServer & { arrived: Promise<void> }> {
  let resolve = (): void => undefined;
  const arrived = new Promise<void>((done) => {
    resolve = done;
  });
  const server = await startTestServer((request, response) => {
    request.resume();
    request.on("end", () => {
      handler(response);
      resolve();
    });
  });
  servers.push(server);
  return { ...server, arrived };
}

const line = (content: string, done = false): string =>
  `${JSON.stringify({ message: { role: "a", content }, done })}\n`;
const request = { model: "tiny", messages: [] };

describe("deadlines say which one expired, after how long, doing what", () => {
  it("firstTokenMs", async () => {
    const clock = new ManualClock();
    const server = await serve(() => undefined);
    const call = new OllamaClient({ host: server.url, clock, timeouts: { firstTokenMs: 5_000 } }).chat(request);
    const outcome = expect(call).rejects.toMatchObject({
      code: "TIMEOUT_FIRST_TOKEN",
      retryable: true,
      message: expect.stringMatching(/within 5000 ms: POST \/api\/chat .*model tiny.*timeouts\.firstTokenMs/),
      details: { deadline: "firstTokenMs", limitMs: 5_000, path: "/api/chat", model: "tiny" },
    });
    await server.arrived;
    clock.advance(4_999);
    clock.advance(1);
    await outcome;
    expect(clock.pending).toBe(0);
  });

  it("idleMs, which keeps what had come and counts only while the server owes something", async () => {
    const clock = new ManualClock();
    const server = await serve((response) => response.write(line("A")));
    const client = new OllamaClient({ host: server.url, clock, timeouts: { idleMs: 1_000 } });
    const stream = await client.chat({ ...request, stream: true });
    expect((await stream.next()).value?.message.content).toBe("A");
    // The consumer takes its time: that is not the server's fault.
    clock.advance(60_000);
    const next = stream.next();
    clock.advance(999);
    clock.advance(1);
    await expect(next).rejects.toMatchObject({ code: "TIMEOUT_IDLE", details: { limitMs: 1_000, partial: "A" } });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("totalMs, also in the middle of a stream", async () => {
    const clock = new ManualClock();
    const server = await serve((response) => response.write(line("A")));
    const client = new OllamaClient({ host: server.url, clock });
    const stream = await client.chat({ ...request, stream: true }, { timeouts: { totalMs: 10_000 } });
    await stream.next();
    clock.advance(10_000);
    await expect(stream.next()).rejects.toMatchObject({ code: "TIMEOUT_TOTAL", details: { partial: "A" } });
  });

  it("connectMs", async () => {
    const clock = new ManualClock();
    // A server that takes the connection and never answers the handshake: it does not stand until TLS does.
    const server = createServer();
    const connected = once(server, "connection");
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const client = new OllamaClient({ host: `https://127.0.0.1:${port}`, clock, retry: false });
    const outcome = expect(client.version({ timeouts: { connectMs: 3_000 } })).rejects.toMatchObject({
      code: "TIMEOUT_CONNECT",
      message: expect.stringContaining("within 3000 ms: GET /api/version"),
    });
    const [socket] = (await connected) as [Socket];
    clock.advance(3_000);
    await outcome;
    socket.destroy();
    server.close();
  });

  it("0 is without a limit, and a call's own deadlines go before the client's", async () => {
    const clock = new ManualClock();
    const server = await serve((response) => setTimeout(() => response.end(line("late", true)), 20));
    const client = new OllamaClient({ host: server.url, clock, timeouts: { totalMs: 1 } });
    const call = client.chat(request, { timeouts: { totalMs: 0, firstTokenMs: 0 } });
    clock.advance(3_600_000);
    expect((await call).message.content).toBe("late");
  });
});

describe("aborts at any moment", () => {
  it("a signal that was aborted before the call sends nothing", async () => {
    let asked = 0;
    const server = await serve(() => asked++);
    const call = new OllamaClient({ host: server.url }).chat(request, { signal: AbortSignal.abort("no") });
    await expect(call).rejects.toMatchObject({ code: "ABORTED", cause: "no" });
    expect(asked).toBe(0);
  });

  it("in mid-stream: a pending read rejects, with what had come", async () => {
    const server = await serve((response) => response.write(line("A")));
    const abort = new AbortController();
    const stream = await new OllamaClient({ host: server.url }).chat(
      { ...request, stream: true },
      { signal: abort.signal },
    );
    await stream.next();
    const next = stream.next();
    abort.abort();
    await expect(next).rejects.toMatchObject({ code: "ABORTED", details: { partial: "A" } });
  });

  it("by the stream's own abort, and by the client's", async () => {
    const server = await serve((response) => response.write(line("A")));
    const client = new OllamaClient({ host: server.url });
    const streams = await Promise.all([1, 2].map(async () => client.chat({ ...request, stream: true })));
    await Promise.all(streams.map((stream) => stream.next()));
    const reads = streams.map((stream) => stream.next());
    streams[0]?.abort();
    await expect(reads[0]).rejects.toMatchObject({ code: "ABORTED" });
    client.abort();
    await expect(reads[1]).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("a call that is never looked at kills nobody", async () => {
    const client = new OllamaClient({ host: `http://127.0.0.1:${await freePort()}`, retry: false });
    const call = client.chat({ ...request, stream: true });
    await expect(call).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE" });
  });
});

describe("requestTimeoutMs", () => {
  it("bounds every call that only looks or changes a name, and none that generates", async () => {
    const server = await startTestServer((incoming) => incoming.resume());
    servers.push(server);
    const client = new OllamaClient({ host: server.url, retry: false, requestTimeoutMs: 50 });
    const calls = [
      client.list(),
      client.ps(),
      client.show({ model: "m" }),
      client.copy({ source: "a", destination: "b" }),
      client.delete({ model: "m" }),
      client.version(),
      client.status(),
      client.me(),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: "TIMEOUT_TOTAL", details: { limitMs: 50 } },
      });
    }
    const own = client.list({ timeouts: { totalMs: 70 } });
    await expect(own).rejects.toMatchObject({ details: { limitMs: 70 } });
    const abort = new AbortController();
    const chat = client.chat({ model: "m" }, { signal: abort.signal });
    await expect(client.list()).rejects.toMatchObject({ code: "TIMEOUT_TOTAL" });
    abort.abort();
    await expect(chat).rejects.toMatchObject({ code: "ABORTED" });
  });
});

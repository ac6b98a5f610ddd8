import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { freePort, startTestServer, type TestServer } from "@codo/test-utils";
import { afterEach, expect, it } from "vitest";
import { type Clock, createFetch, OllamaError, systemClock } from "../src/index.js";

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(listener: Parameters<typeof startTestServer>[0]): Promise<string> {
  const server = await startTestServer(listener);
  servers.push(server);
  return server.url;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}

it("sends what fetch sends, and gives what fetch gives", async () => {
  const url = await serve(async (request, response) => {
    const sent = { method: request.method, url: request.url, type: request.headers["content-type"] };
    response.writeHead(418, "Odd", { "x-one": "1", "set-cookie": ["a=1", "b=2"] });
    response.end(JSON.stringify({ ...sent, body: await bodyOf(request) }));
  });
  const bodies: BodyInit[] = ['{"a":1}', new TextEncoder().encode("bytes"), new URLSearchParams({ q: "ü" })];
  for (const body of bodies) {
    const init: RequestInit = { method: "POST", body, headers: { "X-Own": "2" } };
    const [theirs, ours] = [await fetch(`${url}/v1/x?y=1`, init), await createFetch()(`${url}/v1/x?y=1`, init)];
    expect(ours.status).toBe(418);
    expect(ours.ok).toBe(false);
    expect([ours.statusText, ours.url, ours.headers.getSetCookie()]).toEqual([
      theirs.statusText,
      theirs.url,
      theirs.headers.getSetCookie(),
    ]);
    expect(await ours.json()).toEqual(await theirs.json());
  }
  const request = new Request(`${url}/r`, { method: "PUT", body: "given as a Request" });
  expect(await (await createFetch()(request)).json()).toMatchObject({ method: "PUT", body: "given as a Request" });
});

it("streams both ways, and closes the connection when the reader leaves", async () => {
  const closed: Promise<unknown>[] = [];
  const url = await serve((request, response) => {
    closed.push(once(response, "close"));
    request.on("data", (piece) => response.write(piece));
  });
  const upload = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("first")),
  });
  const response = await createFetch()(url, { method: "POST", body: upload, duplex: "half" } as RequestInit);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("first");
  await reader.cancel();
  await Promise.all(closed);
});

it("has no limit for an answer that was not set, and names the one that was", async () => {
  const limits: number[] = [];
  const clock: Clock = {
    ...systemClock,
    setTimeout: (callback, delayMs) => {
      limits.push(delayMs);
      return systemClock.setTimeout(callback, delayMs);
    },
  };
  const url = await serve((request, response) => {
    if (request.url === "/slow") response.write("a");
    else response.end("a");
  });
  await (await createFetch({ clock })(url)).text();
  // To connect, and nothing else: Node's own fetch sets 300 000 ms for the head and for each piece of the body.
  expect(limits.every((limit) => limit === 10_000)).toBe(true);
  const slow = await createFetch({ clock, timeouts: { idleMs: 20 } })(`${url}/slow`);
  await expect(slow.text()).rejects.toMatchObject({ name: "TypeError", cause: { code: "TIMEOUT_IDLE" } });
});

it("sends again what is safe to send again, and gives the last answer as it is", async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    requests += 1;
    if (request.url === "/soon" && requests > 1) response.end("done");
    else response.writeHead(503, { "x-try": String(requests), "retry-after": "0" }).end("busy");
  });
  const fetchAgain = createFetch();
  const soon = await fetchAgain(`${url}/soon`, { method: "POST", body: "x" });
  expect([soon.status, await soon.text(), requests]).toEqual([200, "done", 2]);
  requests = 0;
  const never = await fetchAgain(url, { method: "POST", body: "x" });
  expect([never.status, never.headers.get("x-try"), await never.text(), requests]).toEqual([503, "3", "busy", 3]);
  requests = 0;
  expect((await createFetch({ retry: false })(url)).status).toBe(503);
  expect(requests).toBe(1);
  requests = 0;
  // A stream is gone once it was sent.
  const body = new Blob(["x"]).stream();
  expect((await fetchAgain(url, { method: "POST", body, duplex: "half" } as RequestInit)).status).toBe(503);
  expect(requests).toBe(1);
});

it("fails as fetch fails: with a TypeError, whose cause says what happened", async () => {
  const port = await freePort();
  const failure = await createFetch({ retry: false })(`http://127.0.0.1:${port}`).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TypeError);
  expect(OllamaError.is((failure as Error).cause)).toBe(true);
  expect((failure as Error).cause).toMatchObject({ code: "SERVER_UNAVAILABLE" });
  const cut = await serve((_request, response) => {
    response.write("part");
    setImmediate(() => response.destroy());
  });
  const response = await createFetch()(cut);
  await expect(response.text()).rejects.toMatchObject({ name: "TypeError", cause: { code: "CONNECTION_LOST" } });
});

it("an abort rejects with the signal's reason, before, while and after the server answers", async () => {
  const url = await serve((request, response) => {
    if (request.url === "/begun") response.write("part");
  });
  const reason = new Error("enough");
  await expect(createFetch()(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const waiting = new AbortController();
  const pending = createFetch()(url, { signal: waiting.signal });
  setImmediate(() => waiting.abort());
  await expect(pending).rejects.toMatchObject({ name: "AbortError" });
  const begun = new AbortController();
  const response = await createFetch()(`${url}/begun`, { signal: begun.signal });
  begun.abort(reason);
  await expect(response.text()).rejects.toBe(reason);
});

it("follows no redirect, because a key goes only to the host that it was set for", async () => {
  const url = await serve((_request, response) => response.writeHead(307, { location: "http://other/" }).end());
  await expect(createFetch()(url)).rejects.toMatchObject({
    cause: { message: expect.stringContaining("http://other/") },
  });
  expect((await createFetch()(url, { redirect: "manual" })).status).toBe(307);
});

it("decodes what a proxy compressed", async () => {
  const url = await serve((_request, response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("plain")),
  );
  const response = await createFetch()(url);
  expect([await response.text(), response.headers.get("content-encoding")]).toEqual(["plain", null]);
});

it("speaks to a unix socket, whatever host the URL names", async () => {
  const folder = await mkdtemp(join(tmpdir(), "codo-fetch-"));
  const path = join(folder, "ollama.sock");
  const server = createServer((request, response) => response.end(request.url)).listen(path);
  try {
    await once(server, "listening");
    const overSocket = createFetch({ host: `unix://${path}` });
    expect(await (await overSocket("http://ollama/api/tags")).text()).toBe("/api/tags");
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
});

it("gives no body for answers that have none", async () => {
  const url = await serve((request, response) => response.writeHead(request.method === "HEAD" ? 200 : 204).end());
  for (const method of ["HEAD", "DELETE"]) expect(await (await createFetch()(url, { method })).text()).toBe("");
});

import { createServer } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";

const seen: string[] = [];
/** How often the server says that it is busy. */
let busy = 0;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const path = request.url ?? "";
    seen.push(path);
    const model = { name: "m:latest", model: "m:latest", size: 1, digest: "d".repeat(64) };
    if (path === "/api/version") return response.end('{"version":"0.33.0"}');
    if (path === "/api/tags") return response.end(JSON.stringify({ models: [model] }));
    if (path === "/api/ps") return response.end(JSON.stringify({ models: [{ ...model, context_length: 2048 }] }));
    if (path !== "/api/generate") return response.writeHead(404).end();
    if (busy-- > 0) return response.writeHead(503).end('{"error":"server busy"}');
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.end('{"model":"m","response":"Green."}\n{"model":"m","response":"","done":true,"done_reason":"stop"}\n');
  });
});
let home: CliHome;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  home = await createHome(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
beforeEach(() => {
  seen.length = 0;
  busy = 0;
});
afterAll(() => server.close());

async function answerOf(...args: string[]): Promise<{ response: string; metadata: Record<string, unknown> }> {
  const { stdout, stderr, status } = await home.codo(["run", ...args, "Hello", "--json"]);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as { response: string; metadata: Record<string, unknown> };
}

it("sends the prompt first, and asks for the digest when the answer is there", async () => {
  const { response, metadata } = await answerOf("-m", "m", "-o", "temperature=0");
  expect(response).toBe("Green.");
  expect(metadata.model).toEqual({ digest: "d".repeat(64) });
  expect(seen).toEqual(["/api/generate", "/api/tags"]);
});

it("asks nothing more for load-time options that no server tells of", async () => {
  await answerOf("-m", "m", "-o", "numThread=2");
  expect(seen).toEqual(["/api/generate", "/api/tags"]);
});

it("looks at what is loaded beside the prompt where another window reloads the model", async () => {
  const { metadata } = await answerOf("-m", "m", "-o", "numCtx=1024");
  expect(metadata.warnings).toEqual([expect.stringContaining("numCtx 2048 → 1024")]);
  // Whether the model's own window, or the least default of the server's version, is the one that is loaded.
  expect(seen.toSorted()).toEqual(["/api/generate", "/api/ps", "/api/show", "/api/tags", "/api/version"]);
});

it("asks for the list first where no model is named, and whether the model answers prompts", async () => {
  expect((await answerOf()).response).toBe("Green.");
  expect(seen).toEqual(["/api/tags", "/api/show", "/api/generate", "/api/tags"]);
});

it("asks again where the server is busy, as often as before", async () => {
  busy = 2;
  expect((await answerOf("-m", "m")).response).toBe("Green.");
  expect(seen.filter((path) => path === "/api/generate")).toHaveLength(3);
});

it("keeps no result where no server was reached, and says so in one JSON value", async () => {
  const { stdout, status } = await home.codo(["run", "-m", "m", "Hello", "--json", "--host", "127.0.0.1:1"]);
  expect(status).toBe(6);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "SERVER_UNAVAILABLE" } });
  const listed = await home.codo(["outputs", "list", "--json"]);
  const { items } = JSON.parse(listed.stdout) as { items: { success: boolean }[] };
  expect(items.every(({ success }) => success)).toBe(true);
});

it("ends at its limit where the server is silent, and waits for nothing else", async () => {
  const sockets = new Set<Socket>();
  const silent = createSocketServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", () => resolve()));
  const { port } = silent.address() as AddressInfo;
  const started = performance.now();
  const { status, stderr } = await home.codo([
    "run",
    "-m",
    "m",
    "Hello",
    "--timeout",
    "1",
    "--host",
    `127.0.0.1:${port}`,
  ]);
  for (const socket of sockets) socket.destroy();
  silent.close();
  expect(status, stderr).toBe(8);
  // Each of the limits that a silent server would otherwise use up is thirty seconds.
  expect(performance.now() - started).toBeLessThan(20_000);
});

import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ScriptedRegistry } from "@codo/test-utils";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type Engine, startEngine } from "../src/index.js";

const TLS_FOLDER = new URL("fixtures/tls/", import.meta.url);
const CERTIFICATE = fileURLToPath(new URL("certificate.pem", TLS_FOLDER));
const GGUF = new URL("../models/codo-tiny/codo-tiny.gguf", import.meta.url);
const MODEL = "application/vnd.ollama.image.model";

let registry: ScriptedRegistry;
let engine: Engine;
let folder: string;
let proxy: { url: string; tunnels: string[]; stop: () => Promise<void> };

beforeAll(async () => {
  const identity = {
    key: readFileSync(new URL("key.pem", TLS_FOLDER)),
    cert: readFileSync(new URL("certificate.pem", TLS_FOLDER)),
  };
  registry = await ScriptedRegistry.start({}, identity);
  proxy = await startProxy(registry);
});

afterAll(async () => {
  await proxy.stop();
  await registry[Symbol.asyncDispose]();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-secure-"));
  engine = await startEngine({ models: folder });
  proxy.tunnels.length = 0;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A proxy that leads every tunnel to the registry, whatever host it is asked for. */
async function startProxy({ host }: ScriptedRegistry): Promise<typeof proxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(500).end());
  server.on("connect", (request: IncomingMessage, client: Socket) => {
    tunnels.push(request.url ?? "");
    const [address = "", port] = host.split(":");
    const upstream = connect(Number(port), address, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on("error", () => {});
    sockets.add(client).add(upstream);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels, stop };
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${engine.url}${path}`, {
    method: "POST",
    body: JSON.stringify({ stream: false, ...body }),
  });
  return (await response.json()) as Record<string, unknown>;
}

it("pulls and runs an hf.co name through the environment's proxy, with a certificate of one's own", async () => {
  const layers = [{ mediaType: MODEL, content: await readFile(GGUF) }];
  registry.put("tiny-GGUF", layers, '{"model_format":"gguf"}', { namespace: "some-user", tag: "Q8_0" });
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  const model = "hf.co/some-user/tiny-GGUF:Q8_0";
  expect(await post("/api/pull", { model })).toEqual({
    error: expect.stringMatching(
      /^pull model manifest: Get "https:\/\/hf\.co\/v2\/some-user\/tiny-GGUF\/manifests\/Q8_0": tls: .*self-signed certificate.* SSL_CERT_FILE/,
    ),
  });
  vi.stubEnv("SSL_CERT_FILE", CERTIFICATE);
  expect(await post("/api/pull", { model })).toEqual({ status: "success" });
  expect(new Set(proxy.tunnels)).toEqual(new Set(["hf.co:443"]));
  const messages = [{ role: "user", content: "Why is the sky blue?" }];
  const { message } = await post("/api/chat", { model, messages, think: false });
  expect((message as { content: string }).content).toMatch(/blue/);
});

it("makes a model from one that is not here by pulling it first, as a real server does", async () => {
  registry.put("base", [{ mediaType: MODEL, content: await readFile(GGUF) }], "{}");
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  vi.stubEnv("SSL_CERT_FILE", CERTIFICATE);
  const response = await fetch(`${engine.url}/api/create`, {
    method: "POST",
    body: JSON.stringify({ model: "mine", from: "base", system: "Be brief." }),
  });
  const lines = (await response.text()).trim().split("\n");
  const statuses = lines.map((line) => (JSON.parse(line) as { status: string }).status);
  expect(statuses[0]).toBe("pulling manifest");
  expect(statuses).toContain("verifying sha256 digest");
  expect(statuses.at(-1)).toBe("success");
  const { models } = (await (await fetch(`${engine.url}/api/tags`)).json()) as { models: { name: string }[] };
  expect(models.map(({ name }) => name)).toEqual(expect.arrayContaining(["base:latest", "mine:latest"]));
  expect(await post("/api/create", { model: "other", from: "absent" })).toEqual({
    error: "pull model manifest: file does not exist",
  });
});

it("asks a registry with anybody's certificate only where `insecure` is said", async () => {
  registry.put("own", [{ mediaType: MODEL, content: await readFile(GGUF) }], "{}");
  const model = `https://${registry.host}/library/own`;
  expect(await post("/api/pull", { model })).toEqual({ error: expect.stringContaining("self-signed certificate") });
  expect(await post("/api/pull", { model, insecure: true })).toEqual({ status: "success" });
});

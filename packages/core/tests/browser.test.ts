import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startTestServer, type TestServer } from "@codo/test-utils";
import { findTool, needsTools } from "@codo/test-utils/tools";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ENTRY = fileURLToPath(new URL("../src/client.ts", import.meta.url));

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** What the page does; it reports what it saw to the server that it came from. */
const PAGE = `<!doctype html><meta charset="utf-8"><script type="module">
import { OllamaClient, OllamaError, parseOllamaHost, trackProgress } from "/client.js";
const host = new URLSearchParams(location.search).get("host");
const client = new OllamaClient({ host });
const seen = {};
try {
  seen.version = await client.version();
  seen.parts = [];
  for await (const part of client.chat({ model: "m", messages: [{ role: "user", content: "é", images: [new Uint8Array([1, 2, 3]), new Blob([new Uint8Array([4])])] }], stream: true })) seen.parts.push(part.message.content);
  for await (const part of client.generate({ model: "endless", stream: true })) { seen.first = part.response; break; }
  seen.missing = await client.show({ model: "nope" }).catch((error) => ({ is: OllamaError.is(error), ...error.toJSON() }));
  const abort = new AbortController();
  const silent = client.generate({ model: "silent" }, { signal: abort.signal }).catch((error) => error.code);
  setTimeout(() => abort.abort(), 20);
  seen.aborted = await silent;
  seen.late = await client.generate({ model: "silent" }, { timeouts: { firstTokenMs: 20 } }).catch((error) => error.code);
  seen.progress = [];
  for await (const { fraction } of trackProgress(client.pull({ model: "m", stream: true }))) seen.progress.push(fraction);
  seen.host = parseOllamaHost("[::1]:1").url;
} catch (error) {
  seen.error = String(error && error.stack || error);
}
await fetch("/report", { method: "POST", body: JSON.stringify(seen) });
</script>`;

const answers: Record<string, (response: ServerResponse, body: string) => void> = {
  "/api/version": (response) => response.end('{"version":"0.33.0"}'),
  "/api/chat": (response, body) => {
    const [message] = JSON.parse(body).messages;
    const line = (content: string, done: boolean): Buffer =>
      Buffer.from(`${JSON.stringify({ message: { role: "assistant", content }, done })}\n`);
    const bytes = Buffer.concat([line("漢字 👩‍👧", false), line(message.images.join(), true)]);
    response.write(bytes.subarray(0, 40));
    response.end(bytes.subarray(40));
  },
  "/api/show": (response) => response.writeHead(404).end('{"error":"model \'nope:latest\' not found"}'),
  "/api/pull": (response) =>
    response.end('{"status":"pulling x","digest":"x","total":4,"completed":2}\n{"status":"success"}\n'),
};

let page: TestServer;
let api: TestServer;
let report: Promise<Record<string, unknown>>;
let profile: string;
const closedEarly: string[] = [];

/** An Ollama for another origin: it answers with the CORS headers that a real one has. */
function serveApi(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*");
  response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, User-Agent, Accept");
  response.setHeader("Access-Control-Allow-Methods", "GET, POST, HEAD, DELETE, OPTIONS");
  if (request.method === "OPTIONS") {
    response.writeHead(204).end();
    return;
  }
  let body = "";
  request.on("data", (piece) => {
    body += piece;
  });
  request.on("end", () => {
    const path = request.url ?? "";
    if (path !== "/api/generate") return answers[path]?.(response, body);
    const { model } = JSON.parse(body);
    response.on("close", () => response.writableEnded || closedEarly.push(model));
    if (model === "endless") response.write('{"response":"first","done":false}\n');
  });
}

beforeAll(async () => {
  const bundle = await build({
    entryPoints: [ENTRY],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@codo/source"],
    write: false,
  });
  const source = bundle.outputFiles[0]?.text ?? "";
  expect(source).not.toMatch(/from\s*"node:|import\("node:|require\(/);
  let arrived: (seen: Record<string, unknown>) => void = () => undefined;
  report = new Promise((resolve) => {
    arrived = resolve;
  });
  page = await startTestServer((request, response) => {
    if (request.url === "/client.js") response.setHeader("Content-Type", "text/javascript").end(source);
    else if (request.url === "/report") {
      let body = "";
      request.on("data", (piece) => {
        body += piece;
      });
      request.on("end", () => {
        response.end();
        arrived(JSON.parse(body));
      });
    } else response.setHeader("Content-Type", "text/html").end(PAGE);
  });
  api = await startTestServer(serveApi);
  profile = await mkdtemp(join(tmpdir(), "codo-chromium-"));
});

afterAll(async () => {
  await page.stop();
  await api.stop();
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

describe("@codo/ollama-core/client in a browser", () => {
  describe("that is a real Chromium", () => {
    needsTools("chromium");

    it("speaks to a server of another origin from a real Chromium", { timeout: 120_000 }, async () => {
      const url = `${page.url}/?host=${encodeURIComponent(api.url)}`;
      const browser = spawn(findTool("chromium") ?? "chromium", [
        ...FLAGS,
        `--user-data-dir=${profile}`,
        "--remote-debugging-port=0",
        url,
      ]);
      const gone = once(browser, "exit").then(([code]) => {
        throw new Error(`Chromium ended with ${code} before the page had reported.`);
      });
      const seen = await Promise.race([report, gone]).finally(() => {
        gone.catch(() => undefined);
        browser.kill("SIGKILL");
      });
      expect(seen).toEqual({
        version: { version: "0.33.0" },
        parts: ["漢字 👩‍👧", "AQID,BA=="],
        first: "first",
        missing: expect.objectContaining({ is: true, code: "MODEL_NOT_FOUND", name: "OllamaError" }),
        aborted: "ABORTED",
        late: "TIMEOUT_FIRST_TOKEN",
        progress: [0.5, 1],
        host: "http://[::1]:1",
      });
      // A browser closes a connection when it comes to it.
      await expect.poll(() => closedEarly.toSorted(), { timeout: 10_000 }).toEqual(["endless", "silent", "silent"]);
    });
  });

  it("is built without anything of Node in its graph: ky, and what the contract needs, are all that it imports", async () => {
    const dist = fileURLToPath(new URL("../dist/client.js", import.meta.url));
    const { packages } = await graphOf(dist);
    expect([...packages].toSorted()).toEqual(["@valibot/to-json-schema", "ky", "valibot"]);
  });
});

interface Graph {
  files: Set<string>;
  packages: Set<string>;
}

const CONTRACT = "@codo/ollama-contract";

/** All files that a built file imports, those of the contract among them, and all that they import from elsewhere. */
async function graphOf(file: string, graph: Graph = { files: new Set(), packages: new Set() }): Promise<Graph> {
  if (graph.files.has(file)) return graph;
  graph.files.add(file);
  const source = await readFile(file, "utf8");
  const specifiers = [
    ...source.matchAll(/^\s*(?:import|export|\}).*?from\s*"([^"]+)"/gm),
    ...source.matchAll(/\bimport\s*\(?\s*"([^"]+)"/g),
  ];
  for (const [, specifier = ""] of specifiers) {
    if (specifier === CONTRACT || specifier.startsWith(`${CONTRACT}/`)) await graphOf(contractFile(specifier), graph);
    else if (specifier.startsWith(".")) await graphOf(join(file, "..", specifier), graph);
    else graph.packages.add(specifier);
  }
  return graph;
}

/** The built file of the contract's entry, or of one below it. */
function contractFile(specifier: string): string {
  const entry = specifier === CONTRACT ? "index" : specifier.slice(CONTRACT.length + 1);
  return fileURLToPath(new URL(`../../contract/dist/${entry}.js`, import.meta.url));
}

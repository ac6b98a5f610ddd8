import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runProgram as moved } from "./moved-program.js";
import { runProgram as official } from "./official-program.js";

const METRICS = { total_duration: 4e9, load_duration: 1, prompt_eval_count: 5, prompt_eval_duration: 1 };
const END = { done: true, done_reason: "stop", eval_count: 8, eval_duration: 2e9, ...METRICS };
const AT = { model: "m", created_at: "2026-11-22T09:33:39.123456789Z" };
const DETAILS = { parent_model: "", format: "gguf", family: "llama", families: ["llama"], parameter_size: "1B" };
const CALL = { function: { name: "weather", arguments: { city: "Bern" } } };
const MODEL = { name: "m:latest", model: "m:latest", digest: "d", size: 2, details: DETAILS };

/** What a server answers, by path, whole or line by line. */
const ANSWERS: Record<string, (body: { stream?: boolean }) => object[]> = {
  "/api/chat": ({ stream }) =>
    stream === true
      ? [
          { ...AT, message: { role: "assistant", content: "Hel" }, done: false },
          { ...AT, message: { role: "assistant", content: "lo" }, ...END },
        ]
      : [{ ...AT, message: { role: "assistant", content: "", tool_calls: [CALL] }, ...END }],
  "/api/generate": () => [{ ...AT, response: "Hi", context: [1, 2], ...END }],
  "/api/embed": () => [{ model: "m", embeddings: [[1, 0], [0.5]], ...METRICS }],
  "/api/tags": () => [{ models: [{ ...MODEL, modified_at: AT.created_at }] }],
  "/api/ps": () => [{ models: [{ ...MODEL, size_vram: 7, expires_at: AT.created_at }] }],
  "/api/show": () => [{ template: " {{ .Prompt }} ", details: DETAILS, capabilities: ["completion"], model_info: {} }],
  "/api/pull": () => [
    { status: "pulling manifest" },
    { status: "pulling d", digest: "d", total: 4, completed: 2 },
    { status: "success" },
  ],
  "/api/version": () => [{ version: "0.33.0" }],
};

const server = createServer(async (request, response) => {
  let text = "";
  for await (const piece of request) text += String(piece);
  const lines = ANSWERS[request.url ?? ""]?.(text === "" ? {} : JSON.parse(text));
  if (lines === undefined) response.writeHead(404, { "content-type": "application/json" });
  response.end((lines ?? [{ error: "model 'none' not found" }]).map((line) => `${JSON.stringify(line)}\n`).join(""));
});

beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it("a program of the official client does the same with another import, and nothing else changed", async () => {
  const sources = ["official-program.ts", "moved-program.ts"].map((name) => new URL(name, import.meta.url));
  // The compiler checks both; here they are shown to be the same text.
  const [before, after] = await Promise.all(sources.map((url) => readFile(url, "utf8")));
  expect(after).toBe(before?.replace('"ollama"', '"../../src/index.js"'));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines = await official(host);
  expect(lines).toContain("4 tokens/s, stop");
  expect(lines.join("\n")).toContain("tool: Sunny in Bern");
  expect(await moved(host)).toEqual(lines);
});

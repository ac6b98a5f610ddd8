import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool, needsTools } from "@codo/test-utils/tools";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";
import { findLlamaQuantize } from "../src/inference/find-llama-server.js";

const PATH = process.env.PATH;
const MODEL = "codo-tiny";

let engine: Engine;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-quantize-"));
  engine = await startEngine({ models: folder });
});

afterEach(() => {
  process.env.PATH = PATH;
});

afterAll(async () => {
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

async function post(path: string, body: object): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${engine.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  return (await response.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

async function quantize(model: string, type: string): Promise<Record<string, unknown>[]> {
  return await post("/api/create", { model, from: MODEL, quantize: type });
}

it("says what to install where there is no llama-quantize, and makes nothing", async () => {
  process.env.PATH = folder;
  const lines = await quantize("none", "q8_0");
  expect(lines.at(-1)?.error).toMatch(
    /llama-quantize.*install llama\.cpp.*llama-quantize MODEL\.gguf MODEL-Q8_0\.gguf Q8_0/,
  );
  expect(await post("/api/show", { model: "none" })).toEqual([{ error: "model 'none:latest' not found" }]);
});

describe("with the llama-quantize that comes with a llama-server", () => {
  needsTools("llama-quantize");

  it("makes a smaller model that answers, tells how far it is, and leaves nothing else behind", async () => {
    const lines = await quantize("small", "q8_0");
    const parts = lines.filter(({ status }) => String(status).startsWith("quantizing "));
    expect(parts[0]).toMatchObject({ status: "quantizing F16 model to Q8_0", digest: "0".repeat(19) });
    expect(parts.at(-1)?.completed).toBe(parts.at(-1)?.total);
    expect(lines.slice(-2)).toEqual([{ status: "writing manifest" }, { status: "success" }]);

    const [shown] = await post("/api/show", { model: "small" });
    expect(shown?.details).toMatchObject({ quantization_level: "Q8_0" });
    const [tags] = (await (await fetch(`${engine.url}/api/tags`)).json()).models.filter(
      ({ name }: { name: string }) => name === "small:latest",
    );
    expect(tags.size).toBeLessThan(Number(parts[0]?.total) * 0.7);
    const [answer] = await post("/api/chat", {
      ...{ model: "small", messages: [{ role: "user", content: "Why is the sky blue?" }], stream: false, think: false },
      options: { temperature: 0, num_predict: 10 },
    });
    expect(answer).toMatchObject({ done: true, eval_count: 10 });
    expect(await readdir(join(folder, "blobs"))).not.toContainEqual(expect.stringContaining("tmp"));
  });

  it("quantizes nothing twice, as a real server says", async () => {
    await quantize("eight", "q8_0");
    expect(await post("/api/create", { model: "four", from: "eight", quantize: "q4_K_M" })).toContainEqual({
      error: "quantization is only supported for F16, BF16 and F32 models",
    });
  });

  it("is found beside a llama-server that is named", () => {
    const found = findTool("llama-quantize") ?? "";
    expect(findLlamaQuantize(join(found, "../llama-server"), { PATH: "" })).toBe(found);
    expect(findLlamaQuantize("auto", { PATH: "" })).toBeUndefined();
  });
});

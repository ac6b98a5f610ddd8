import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";
import { changedGguf, loraFor, splitGguf } from "./made-ggufs.js";

const GGUF = fileURLToPath(new URL("../models/codo-tiny/codo-tiny.gguf", import.meta.url));
const QUESTION = [{ role: "user", content: "Why is the sky blue?" }];

let engine: Engine;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-made-"));
  engine = await startEngine({ models: folder });
});

afterAll(async () => {
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const init = { method: "POST", body: JSON.stringify({ stream: false, ...body }) };
  return (await (await fetch(`${engine.url}${path}`, init)).json()) as Record<string, unknown>;
}

async function upload(content: Buffer | string): Promise<string> {
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  const { status } = await fetch(`${engine.url}/api/blobs/${digest}`, {
    method: "POST",
    body: new Uint8Array(Buffer.from(content)),
  });
  expect([200, 201]).toContain(status);
  return digest;
}

async function answerOf(model: string): Promise<string> {
  const options = { temperature: 0, num_predict: 40 };
  const { message, error } = await post("/api/chat", { model, messages: QUESTION, think: false, options });
  expect(error).toBeUndefined();
  return (message as { content: string }).content;
}

describe("a model of a split GGUF", () => {
  it("is one file that answers as the whole one, and the parts are gone", async () => {
    const digests = await Promise.all((await splitGguf(GGUF, 3)).map(upload));
    const files = Object.fromEntries(digests.map((digest, index) => [`tiny-0000${index + 1}-of-00003.gguf`, digest]));
    // The template of the built-in model is in its file; so it is in the first part.
    expect(await post("/api/create", { model: "merged", files })).toEqual({ status: "success" });
    expect(await answerOf("merged")).toBe(await answerOf("codo-tiny"));
    const blobs = await readdir(join(folder, "blobs"));
    for (const digest of digests) expect(blobs).not.toContain(digest.replace(":", "-"));
  });

  it("says which part is missing", async () => {
    const [first = "", , third = ""] = await Promise.all((await splitGguf(GGUF, 3)).map(upload));
    expect(await post("/api/create", { model: "half", files: { "a.gguf": first, "c.gguf": third } })).toEqual({
      error: "the model is split into 3 GGUF files: part 2 is missing",
    });
  });
});

describe("a LoRA adapter", () => {
  it("changes what the model says, by as much as it is strong", async () => {
    const none = await upload(await loraFor(GGUF, 0));
    const strong = await upload(await loraFor(GGUF, 3));
    await post("/api/create", { model: "unchanged", from: "codo-tiny", adapters: { "none.gguf": none } });
    await post("/api/create", { model: "changed", from: "codo-tiny", adapters: { "strong.gguf": strong } });
    const plain = await answerOf("codo-tiny");
    expect(await answerOf("unchanged")).toBe(plain);
    expect(await answerOf("changed")).not.toBe(plain);
    const { modelfile } = await post("/api/show", { model: "changed" });
    expect(modelfile).toContain(`ADAPTER ${join(folder, "blobs", strong.replace(":", "-"))}`);
    const manifest = await readFile(join(folder, "manifests/registry.ollama.ai/library/changed/latest"), "utf8");
    expect(manifest).toContain('"application/vnd.ollama.image.adapter"');
    // A model made from it has the adapter, too.
    await post("/api/create", { model: "heir", from: "changed", system: "" });
    expect(await answerOf("heir")).toBe(await answerOf("changed"));
  });

  it("of another model is refused with the reason, when it is loaded", async () => {
    const endless = fileURLToPath(new URL("../../test-utils/transcripts/models/tiny-endless.gguf", import.meta.url));
    const foreign = await upload(await loraFor(endless, 1));
    await post("/api/create", { model: "foreign", from: "codo-tiny", adapters: { "foreign.gguf": foreign } });
    const { error } = await post("/api/chat", { model: "foreign", messages: QUESTION });
    expect(error).toMatch(/^The adapter sha256-\w+ can't be used with this model: .*(shape|dim|mismatch)/);
  });

  it("that is a whole model is refused", async () => {
    const whole = await upload(await readFile(GGUF));
    expect(await post("/api/create", { model: "x", from: "codo-tiny", adapters: { "a.gguf": whole } })).toEqual({
      error: "a.gguf: no LoRA adapter, but a whole model",
    });
  });
});

it("a file that llama.cpp can't use says what is in the way, and which would do", async () => {
  const tensors = ["v.patch_embd.weight", "mm.input_projection.weight"];
  const files: [string, Buffer, RegExp][] = [
    [
      "sees",
      await changedGguf(GGUF, { tensors }),
      /holds an encoder .*\(2 tensors such as v\.patch_embd\.weight\).*hf\.co\/ggml-org/,
    ],
    [
      "mllama",
      await changedGguf(GGUF, { metadata: { "general.architecture": "mllama" } }),
      /mllama.*CODO_ENGINE_LLAMA_SERVER/,
    ],
  ];
  for (const [model, content, reason] of files) {
    await post("/api/create", { model, files: { "model.gguf": await upload(content) } });
    const { error } = await post("/api/chat", { model, messages: QUESTION });
    expect(error).toMatch(/^The model file sha256-\w+ can't be loaded: /);
    expect(error).toMatch(reason);
  }
});

it("weights in other formats are refused with the way out", async () => {
  const digest = await upload("no weights");
  const { error } = await post("/api/create", {
    model: "x",
    files: { "model.safetensors": digest, "config.json": digest },
  });
  expect(error).toMatch(/^model\.safetensors: .*convert_hf_to_gguf\.py/);
});

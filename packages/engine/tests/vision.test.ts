import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool, needsTools } from "@codo/test-utils/tools";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";
import { hearingProjectorFor, projectorFor, TOKENS_OF_IMAGE, TOKENS_OF_SOUND } from "./made-ggufs.js";

const MODEL = "codo-seeing";
const HEARING = "codo-hearing";
const WIDTH_OF_CODO_TINY = 128;
const OPTIONS = { temperature: 0, num_predict: 4 };
const RED = picture([255, 0, 0]);
const BLUE = picture([0, 0, 255]);

let folder: string;
let engine: Engine;

/** A BMP file of one colour, as base64. */
function picture([red, green, blue]: readonly [number, number, number]): string {
  const side = 32;
  const head = Buffer.alloc(54);
  const pixels = Buffer.alloc(side * side * 3, Buffer.of(blue, green, red));
  head.write("BM");
  head.writeUInt32LE(head.length + pixels.length, 2);
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(side, 18);
  head.writeInt32LE(side, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  return Buffer.concat([head, pixels]).toString("base64");
}

/** A WAV file of a second of a low tone, as base64. */
function tone(): string {
  const rate = 16_000;
  const head = Buffer.alloc(44);
  const samples = Int16Array.from({ length: rate }, (_, index) => 8000 * Math.sin(index / 10));
  head.write("RIFF");
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(2 * rate, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer)]).toString("base64");
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const init = { method: "POST", body: JSON.stringify({ model: MODEL, stream: false, options: OPTIONS, ...body }) };
  return (await (await fetch(`${engine.url}${path}`, init)).json()) as Record<string, unknown>;
}

async function chat(...messages: { content: string; images?: string[]; role?: string }[]) {
  const body = { messages: messages.map((message) => ({ role: "user", ...message })), think: false };
  return await post("/api/chat", { ...body, logprobs: true });
}

/** Makes a model of codo-tiny and a projector. */
async function create(model: string, content: Buffer): Promise<void> {
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  await fetch(`${engine.url}/api/blobs/${digest}`, { method: "POST", body: new Uint8Array(content) });
  const made = await post("/api/create", { model, from: "codo-tiny", files: { "mmproj.gguf": digest } });
  expect(made).toEqual({ status: "success" });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-vision-"));
  engine = await startEngine({ models: folder });
  await create(MODEL, projectorFor(WIDTH_OF_CODO_TINY));
  await create(HEARING, hearingProjectorFor(WIDTH_OF_CODO_TINY));
});

afterAll(async () => {
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a model with a projector", () => {
  it("says that it sees, and what its projector is", async () => {
    const { capabilities, projector_info: projector } = await post("/api/show", {});
    expect(capabilities).toContain("vision");
    expect(projector).toMatchObject({ "general.architecture": "clip", "clip.projector_type": "mlp" });
    expect((await post("/api/show", { model: "codo-tiny" })).capabilities).not.toContain("vision");
  });

  it("says what would read an image, where the built-in llama.cpp can't", async () => {
    const error = expect.stringMatching(/^codo-seeing:latest has a projector .*CODO_ENGINE_LLAMA_SERVER=PATH/);
    expect(await chat({ content: "What is it?", images: [RED] })).toEqual({ error });
    expect(await post("/api/generate", { prompt: "What is it?", images: [RED] })).toEqual({ error });
    expect(await chat({ content: "Hi" })).toMatchObject({ done: true });
  });
});

describe("a model with a projector and a llama-server", () => {
  needsTools("llama-server");

  beforeAll(async () => {
    if (findTool("llama-server") === undefined) return;
    await engine.stop();
    engine = await startEngine({ models: folder, llamaServer: "auto" });
  });

  it("reads an image as so many tokens, and another one as others", async () => {
    const text = await chat({ content: "What is it?" });
    const red = await chat({ content: "What is it?", images: [RED] });
    const blue = await chat({ content: "What is it?", images: [BLUE] });
    expect(red).toMatchObject({ done: true, prompt_eval_count: Number(text.prompt_eval_count) + TOKENS_OF_IMAGE });
    expect(blue.prompt_eval_count).toBe(red.prompt_eval_count);
    expect(blue.logprobs).not.toEqual(red.logprobs);
    expect((await chat({ content: "What is it?", images: [RED] })).message).toEqual(red.message);
  });

  it("reads several images, each in its place, also of earlier messages", async () => {
    const talk = (first: string[], last: string[]) =>
      chat(
        { content: "This one.", images: first },
        { content: "Yes.", role: "assistant" },
        { content: `Or that${" [img]".repeat(last.length)}?`, images: last },
      );
    const text = await talk([], []);
    const seen = await talk([RED], [BLUE, RED]);
    const swapped = await talk([RED], [RED, BLUE]);
    expect(seen.prompt_eval_count).toBeGreaterThanOrEqual(Number(text.prompt_eval_count) + 3 * TOKENS_OF_IMAGE);
    expect(swapped.prompt_eval_count).toBe(seen.prompt_eval_count);
    expect(swapped.logprobs).not.toEqual(seen.logprobs);
  });

  it("reads images of a prompt, and of a raw one before its text", async () => {
    for (const raw of [false, true]) {
      const text = await post("/api/generate", { prompt: "What is it?", raw });
      const seen = await post("/api/generate", { prompt: "What is it?", raw, images: [RED, BLUE] });
      expect(seen.prompt_eval_count).toBe(Number(text.prompt_eval_count) + 2 * TOKENS_OF_IMAGE);
    }
  });

  it("keeps to a format beside an image", async () => {
    const format = { type: "object", properties: { colour: { enum: ["red", "blue"] } }, required: ["colour"] };
    const body = { messages: [{ role: "user", content: "Which colour?", images: [RED] }], format, think: false };
    const { message } = await post("/api/chat", { ...body, options: { temperature: 0 } });
    expect(JSON.parse((message as { content: string }).content).colour).toMatch(/^(red|blue)$/);
  });

  it("reads an image of OpenAI's API", async () => {
    const openai = new OpenAI({ baseURL: `${engine.url}/v1`, apiKey: "none" });
    const image_url = { url: `data:image/png;base64,${RED}` };
    const ask = async (...content: OpenAI.ChatCompletionContentPart[]) => {
      const messages = [
        { role: "user" as const, content: [...content, { type: "text" as const, text: "What is it?" }] },
      ];
      return (
        (await openai.chat.completions.create({ model: MODEL, messages, max_tokens: 4 })).usage?.prompt_tokens ?? 0
      );
    };
    expect((await ask({ type: "image_url", image_url })) - (await ask())).toBeGreaterThanOrEqual(TOKENS_OF_IMAGE);
  });

  it("hears, by either API, where the projector is one for sound", async () => {
    const ask = async (images: string[]) => {
      const body = { model: HEARING, prompt: "What is it?", images, options: { ...OPTIONS, num_ctx: 1024 } };
      return await post("/api/generate", body);
    };
    const text = await ask([]);
    const heard = Number((await ask([tone()])).prompt_eval_count) - Number(text.prompt_eval_count);
    // The server puts words around a sound.
    expect(heard).toBeGreaterThanOrEqual(TOKENS_OF_SOUND);
    const openai = new OpenAI({ baseURL: `${engine.url}/v1`, apiKey: "none" });
    const input_audio = { data: tone(), format: "wav" } as const;
    const content = [{ type: "input_audio", input_audio } as const, { type: "text", text: "What is it?" } as const];
    const { usage } = await openai.chat.completions.create({
      ...{ model: HEARING, messages: [{ role: "user", content }], max_tokens: 4 },
    });
    expect(usage?.prompt_tokens).toBeGreaterThan(TOKENS_OF_SOUND);
    expect(await ask([RED])).toEqual({ error: expect.stringMatching(/not support/) });
  });

  it("says what is wrong with an image, and with a conversation that is too long", async () => {
    const none = Buffer.from("no image").toString("base64");
    expect(await chat({ content: "What is it?", images: [none] })).toEqual({
      error: expect.stringMatching(/can't read one of the images.*JPEG, PNG/),
    });
    const long = { content: "word ".repeat(3000), images: [RED] };
    expect(await chat(long)).toEqual({ error: expect.stringContaining("exceeds the available context size") });
    expect(await chat({ content: "What is it?", images: [RED] })).toMatchObject({ done: true });
  });

  it("says so where a model has no projector", async () => {
    const body = { model: "codo-tiny", messages: [{ role: "user", content: "Hi", images: [RED] }] };
    expect(await post("/api/chat", body)).toEqual({ error: expect.stringContaining("image input is not supported") });
  });
});

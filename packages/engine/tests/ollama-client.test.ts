import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Ollama } from "ollama";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";

const ENDLESS = new URL("../../test-utils/transcripts/models/tiny-endless.gguf", import.meta.url);

describe("the official client", () => {
  let engine: Engine;
  let client: Ollama;

  beforeAll(async () => {
    engine = await startEngine();
    client = new Ollama({ host: engine.url });
  });

  afterAll(() => engine.stop());

  it("chats", async () => {
    const { message, done_reason } = await client.chat({
      model: "codo-tiny",
      messages: [{ role: "user", content: "What is the capital of France?" }],
      think: false,
    });
    expect(message.content).toContain("Paris");
    expect(done_reason).toBe("stop");
  });

  it("streams a chat", async () => {
    const messages = [{ role: "user", content: "Why is the sky blue?" }];
    const stream = await client.chat({ model: "codo-tiny", messages, stream: true, think: false });
    let text = "";
    let isDone = false;
    for await (const part of stream) {
      text += part.message.content;
      isDone = part.done;
    }
    expect(text).toContain("blue");
    expect(isDone).toBe(true);
  });

  it("generates, and says the same again for the same seed", async () => {
    const options = { temperature: 1.2, seed: 7, num_predict: 16 };
    const request = { model: "codo-tiny", prompt: "Tell me a story.", think: false, options };
    const first = await client.generate(request);
    const second = await client.generate(request);
    expect(first.response).not.toBe("");
    expect(second.response).toBe(first.response);
    expect(first.context?.length).toBe((first.prompt_eval_count ?? 0) + (first.eval_count ?? 0));
  });

  it("embeds, normalised and cut", async () => {
    const { embeddings } = await client.embed({ model: "codo-tiny-embed", input: ["The sky", "A dog"] });
    expect(embeddings.map(({ length }) => length)).toEqual([128, 128]);
    for (const vector of embeddings) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    const cut = await client.embed({ model: "codo-tiny-embed", input: "The sky", dimensions: 16 });
    expect(cut.embeddings[0]).toHaveLength(16);
    await expect(client.embed({ model: "codo-tiny", input: "x" })).rejects.toMatchObject({ status_code: 501 });
    const legacy = await client.embeddings({ model: "codo-tiny-embed", prompt: "The sky" });
    expect(legacy.embedding).toHaveLength(128);
  });

  it("shows what a model is", async () => {
    const shown = await client.show({ model: "codo-tiny" });
    expect([...shown.capabilities].sort()).toEqual(["completion", "thinking", "tools"]);
    expect(shown.details).toMatchObject({ family: "llama", quantization_level: "F16", parameter_size: "1.18M" });
    expect(shown.template).toContain("<tool_call>");
    await expect(client.show({ model: "nope" })).rejects.toThrow("model 'nope:latest' not found");
  });

  it("creates a model, copies it, uses it and deletes it", async () => {
    await client.create({
      model: "pirate",
      from: "codo-tiny",
      system: "Speak like a pirate.",
      parameters: { num_predict: 3 },
    });
    await client.copy({ source: "pirate", destination: "parrot" });
    const names = async (): Promise<string[]> => (await client.list()).models.map(({ name }) => name);
    expect(await names()).toEqual(expect.arrayContaining(["pirate:latest", "parrot:latest", "codo-tiny:latest"]));
    expect((await client.show({ model: "parrot" })).system).toBe("Speak like a pirate.");
    const { eval_count } = await client.generate({ model: "parrot", prompt: "Hello", think: false });
    expect(eval_count).toBe(3);
    await client.delete({ model: "pirate" });
    await client.delete({ model: "parrot" });
    expect((await names()).sort()).toEqual(["codo-tiny-embed:latest", "codo-tiny:latest"]);
  });

  it("copies an embedding model that is built in", async () => {
    await client.copy({ source: "codo-tiny-embed", destination: "vectors" });
    const { embeddings } = await client.embed({ model: "vectors", input: "x" });
    expect(embeddings[0]).toHaveLength(128);
    await client.delete({ model: "vectors" });
  });

  it("can't touch what is built in", async () => {
    await expect(client.delete({ model: "codo-tiny" })).rejects.toThrow("built in");
    await expect(client.copy({ source: "codo-tiny-embed", destination: "codo-tiny" })).rejects.toThrow("built in");
  });

  it("makes a model of an uploaded file", async () => {
    const content = await readFile(ENDLESS);
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    const upload = await fetch(`${engine.url}/api/blobs/${digest}`, { method: "POST", body: content });
    expect(upload.status).toBe(201);
    const steps: string[] = [];
    for await (const { status } of await client.create({
      model: "endless",
      files: { "endless.gguf": digest },
      stream: true,
    } as never)) {
      steps.push(status);
    }
    expect(steps.at(-1)).toBe("success");
    const { response } = await client.generate({ model: "endless", prompt: "Hi", options: { num_predict: 4 } });
    expect(response).toBe(" the sky is blue");
    await client.delete({ model: "endless" });
  });
});

import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { type Engine, startEngine } from "@codo/ollama-engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { Conversation, createHostPool, defineTool, ModelRunner } from "../src/index.js";

const MODEL = "codo-tiny";
const GREEDY = { temperature: 0 };
const PLAIN = { think: false };

describe("the runner on real inference", () => {
  let engine: Engine;
  let runner: ModelRunner;

  beforeAll(async () => {
    engine = await startEngine({ parallel: 2 });
    runner = new ModelRunner(createExecutor(new OllamaClient({ host: engine.url })));
  });
  afterAll(() => engine.stop());

  it("runs a prompt, with counts", async () => {
    const result = await runner.runWithOptions(MODEL, "What is the capital of France?", GREEDY, PLAIN);
    expect(result).toMatchObject({ success: true, metadata: { doneReason: "stop", contextTruncated: false } });
    expect(result.response).toContain("Paris");
    const { promptTokens, completionTokens } = result.metadata.usage;
    expect(await runner.countTokens(MODEL, "What is the capital of France?", PLAIN)).toBe(promptTokens);
    expect(result.tokensUsed).toBe((promptTokens ?? 0) + (completionTokens ?? 0));
  });

  it("streams in pieces, and an early leave ends the generation", async () => {
    const stream = runner.runStreaming(MODEL, "Tell me a story.", GREEDY, PLAIN);
    const chunks: string[] = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      if (chunks.length === 5) break;
    }
    const result = await stream.result;
    expect(result).toMatchObject({ success: false, metadata: { error: { code: "ABORTED" } } });
    expect(result.response.startsWith(chunks.join(""))).toBe(true);
  });

  it("remembers in a conversation, and forgets in a fork what came later", async () => {
    const chat = new Conversation(runner, MODEL, { options: GREEDY });
    await chat.send("My name is Ada.", PLAIN);
    const fork = chat.fork();
    expect((await chat.send("What is my name?", PLAIN)).response).toContain("Ada");
    expect((await fork.send("What is the capital of Italy?", PLAIN)).response).toContain("Rome");
    expect([chat.messages.length, fork.messages.length]).toEqual([4, 4]);
    expect(await chat.countTokens(PLAIN)).toBeGreaterThan(20);
  });

  it("answers from documents", async () => {
    const documents = ["Bob works as a baker.", "Ada lives in Oslo.", "The old key is in the kitchen."];
    const result = await runner.runWithContext(MODEL, "Where does Ada live?", documents, GREEDY, PLAIN);
    expect(result.response).toContain("Oslo");
  });

  it("gives typed values", async () => {
    const schema = z.object({ name: z.string(), age: z.number().int(), city: z.string() });
    const prompt = "Ada is 36 years old and lives in Oslo. Reply in JSON.";
    const { value } = await runner.runStructured(MODEL, prompt, schema, { options: GREEDY, think: false });
    expect(value).toEqual({ name: "Ada", age: 36, city: "Oslo" });
  });

  it("keeps the thinking apart from the answer", async () => {
    const messages = [{ role: "user", content: "What is 3 plus 4?" }];
    const { response, metadata } = await runner.runConversation(MODEL, messages, GREEDY, { think: true });
    expect(response).toContain("7");
    expect(response).not.toContain("<think>");
    expect(metadata.thinking?.length).toBeGreaterThan(5);
  });

  it("lets the model call a tool, and answer from what it returns", async () => {
    const asked: string[] = [];
    const weather = defineTool<{ city: string }>({
      name: "get_weather",
      description: "Get the weather for a city",
      parameters: {
        type: "object",
        properties: { city: { type: "string", description: "The city" } },
        required: ["city"],
      },
      execute: ({ city }) => {
        asked.push(city);
        return "sunny, 21 degrees";
      },
    });
    const call = { options: GREEDY, think: false };
    const answer = await runner.runWithTools(MODEL, "What is the weather in Oslo?", [weather], call);
    expect(asked).toEqual(["Oslo"]);
    expect(answer.finishReason).toBe("answer");
    expect(answer.steps.map((step) => step.calls.map(({ status }) => status))).toEqual([["ok"], []]);
    expect(answer.response).toMatch(/Oslo.*sunny.*21/);
  });

  it("notices that the server cut a prompt, and that an option reloads the model", async () => {
    await runner.runWithOptions(MODEL, "Hello", GREEDY, PLAIN);
    const long = Array.from({ length: 600 }, (_, index) => `word${index}`).join(" ");
    const result = await runner.runWithOptions(MODEL, long, { ...GREEDY, numCtx: 256, numPredict: 4 }, PLAIN);
    expect(result.metadata.contextTruncated).toBe(true);
    expect(result.metadata.warnings).toEqual([expect.stringContaining("→ 256")]);
    const turns = Array.from({ length: 61 }, (_, index) => ({
      role: index % 2 === 0 ? "user" : "assistant",
      content: "What is the capital of France?",
    }));
    const chat = await runner.runConversation(MODEL, turns, { ...GREEDY, numCtx: 256, numPredict: 4 }, PLAIN);
    expect(chat.metadata.contextTruncated).toBe(true);
  });

  it("keeps a long conversation within the real context", async () => {
    const options = { ...GREEDY, numCtx: 256, numPredict: 24 };
    const chat = new Conversation(runner, MODEL, {
      options,
      contextPolicy: "rolling",
      system: "You are a helpful assistant.",
    });
    for (let turn = 0; turn < 14; turn++) {
      const result = await chat.send("What is the capital of France?", PLAIN);
      expect(result.metadata.usage.promptTokens).toBeLessThanOrEqual(256 - 24);
      expect(result.metadata.contextTruncated).not.toBe(true);
    }
    const last = await chat.send("What is the capital of Italy?", PLAIN);
    expect(last.metadata.conversation).toMatchObject({ contextLength: 256, leftOut: expect.any(Number) });
    expect(chat.messages).toHaveLength(1 + 30);
    const strict = new Conversation(runner, MODEL, { options, messages: [...chat.messages] });
    await expect(strict.send("More?", PLAIN)).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW" });
  });

  it("embeds many texts in order", async () => {
    const texts = Array.from({ length: 9 }, (_, index) => `What is ${index} plus 1?`);
    const { embeddings, requests } = await runner.embedMany("codo-tiny-embed", texts, { maxInputs: 4 });
    expect([embeddings.length, requests]).toEqual([9, 3]);
    const single = await runner.embedMany("codo-tiny-embed", [texts[7] ?? ""]);
    const [many = [], one = []] = [embeddings[7], single.embeddings[0]];
    expect(many.reduce((sum, value, index) => sum + value * (one[index] ?? 0), 0)).toBeCloseTo(1, 2);
  });

  it("gives log probabilities", async () => {
    const call = { ...PLAIN, logprobs: true, topLogprobs: 2 };
    const { metadata } = await runner.runWithOptions(MODEL, "What is the capital of France?", GREEDY, call);
    expect(metadata.logprobs?.[0]).toMatchObject({ token: expect.any(String), logprob: expect.any(Number) });
  });

  it("runs a batch over two engines, with a journal", async () => {
    const second = await startEngine();
    try {
      const pool = createHostPool([engine.url, { host: second.url, name: "second" }]);
      const countries = ["France", "Italy", "Spain", "Germany", "Norway", "Japan", "Egypt", "Greece"];
      const prompts = countries.map((country) => `What is the capital of ${country}?`);
      const journal = join(await mkdtemp(join(tmpdir(), "codo-engine-")), "batch.jsonl");
      const call = { ...PLAIN, journal, concurrency: 4 };
      const results = await new ModelRunner(pool).runBatch(MODEL, prompts, GREEDY, call);
      expect(results.map((result) => result.success)).toEqual(countries.map(() => true));
      expect(results[1]?.response).toContain("Rome");
      expect(new Set(results.map((result) => result.metadata.host)).size).toBe(2);
      expect((await readFile(journal, "utf8")).trimEnd().split("\n")).toHaveLength(8);
    } finally {
      await second.stop();
    }
  });
});

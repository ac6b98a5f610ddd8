import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../src/index.js";

let engine: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function post(path: string, body: object): Promise<{ status: number; answer: Record<string, unknown> }> {
  const response = await fetch(`${engine.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const tool = (name: string, properties: Record<string, unknown>): OpenAI.ChatCompletionFunctionTool => ({
  type: "function",
  function: { name, parameters: { type: "object", properties, required: Object.keys(properties) } },
});
const tools = [tool("get_weather", { city: { type: "string" } }), tool("roll_dice", { sides: { enum: [6, 20] } })];
// A question that the model answers in words where it is free to.
const messages = [{ role: "user" as const, content: "Why is the sky blue?" }];
const base = { model: "codo-tiny", messages, tools };

describe("tool_choice", () => {
  const callsOf = (answer: Record<string, unknown>): { function: { name: string; arguments: unknown } }[] =>
    ((answer.message as { tool_calls?: unknown[] }).tool_calls ?? []) as never;
  const options = { temperature: 0, num_predict: 200 };

  it("leaves the model free, forbids calls, or makes one", async () => {
    const request = { ...base, options, think: false, stream: false };
    for (const tool_choice of [undefined, "auto", "none"]) {
      const { answer } = await post("/api/chat", { ...request, tool_choice });
      expect(callsOf(answer)).toEqual([]);
    }
    const { answer } = await post("/api/chat", { ...request, tool_choice: "required" });
    expect(callsOf(answer)).toHaveLength(1);
    expect((answer.message as { content: string }).content).toBe("");
    const named = { type: "function", function: { name: "roll_dice" } };
    const { answer: rolled } = await post("/api/chat", { ...request, tool_choice: named });
    const [call] = callsOf(rolled);
    expect(call?.function.name).toBe("roll_dice");
    expect([{ sides: 6 }, { sides: 20 }]).toContainEqual(call?.function.arguments);
  });

  it("holds after a thought, and in a stream", async () => {
    const request = { ...base, options: { ...options, num_predict: 400 }, think: true, tool_choice: "required" };
    const { answer } = await post("/api/chat", { ...request, stream: false });
    expect(callsOf(answer)).toHaveLength(1);
    expect((answer.message as { thinking: string }).thinking).not.toBe("");
    const streamed = await fetch(`${engine.url}/api/chat`, { method: "POST", body: JSON.stringify(request) });
    const lines = (await streamed.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.flatMap(callsOf)).toHaveLength(1);
    expect(lines.map((line) => (line.message as { content: string }).content).join("")).toBe("");
  });

  it("holds on every route", async () => {
    const openai = new OpenAI({ baseURL: `${engine.url}/v1`, apiKey: "unused", maxRetries: 0 });
    const choice = { type: "function" as const, function: { name: "roll_dice" } };
    const chat = await openai.chat.completions.create({
      ...base,
      temperature: 0,
      max_tokens: 400,
      tool_choice: choice,
    });
    expect(chat.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: "roll_dice" } });
    const functions = tools.map(({ function: { name, parameters } }) => ({
      type: "function" as const,
      name,
      parameters: parameters ?? null,
      strict: null,
    }));
    const response = await openai.responses.create({
      model: "codo-tiny",
      input: "Why is the sky blue?",
      temperature: 0,
      tools: functions,
      tool_choice: "required",
    });
    expect(response.output.some(({ type }) => type === "function_call")).toBe(true);
    const anthropic = new Anthropic({ baseURL: engine.url, apiKey: "unused", maxRetries: 0 });
    const input = tools.map(({ function: { name, parameters } }) => ({
      name,
      input_schema: parameters as Anthropic.Tool.InputSchema,
    }));
    const sampled = { model: "codo-tiny", max_tokens: 400, temperature: 0 };
    const message = await anthropic.messages.create({
      ...sampled,
      messages,
      tools: input,
      tool_choice: { type: "any" },
    });
    expect(message.stop_reason).toBe("tool_use");
  });

  it.each([
    [{ tool_choice: "sometimes" }, 'tool_choice must be "auto"'],
    [{ tool_choice: { type: "function", function: { name: "nothing" } } }, 'names "nothing"'],
    [{ tool_choice: "required", tools: [] }, "tool_choice needs tools"],
  ])("%j is refused", async (change, words) => {
    const { status, answer } = await post("/api/chat", { ...base, ...change });
    expect([status, answer.error]).toEqual([400, expect.stringContaining(words)]);
  });
});

describe("tokens", () => {
  it("go there and back", async () => {
    const content = "The sky is blue 🌤 <tool_call>";
    const { answer } = await post("/api/tokenize", { model: "codo-tiny", content });
    const tokens = answer.tokens as number[];
    expect(tokens.length).toBeGreaterThan(4);
    expect(tokens.every(Number.isInteger)).toBe(true);
    expect((await post("/api/detokenize", { model: "codo-tiny", tokens })).answer).toEqual({
      model: "codo-tiny",
      content,
    });
    expect((await post("/api/tokenize", { model: "codo-tiny", content: "" })).answer.tokens).toEqual([]);
  });

  it.each([
    ["/api/tokenize", { content: "x" }, 400, "model is required"],
    ["/api/tokenize", { model: "codo-tiny" }, 400, "content is required"],
    ["/api/detokenize", { model: "codo-tiny" }, 400, "tokens is required"],
    ["/api/tokenize", { model: "nowhere", content: "x" }, 404, "not found"],
    ["/api/detokenize", { model: "codo-tiny", tokens: [1e9] }, 400, ""],
  ])("%s %j is refused", async (path, body, status, words) => {
    const refused = await post(path, body);
    expect(refused.status).toBe(status);
    expect(refused.answer.error).toContain(words);
  });
});

describe("rerank", () => {
  it("puts the nearest document first", async () => {
    const documents = ["Cats sleep all day.", "The sky is blue.", "A recipe for bread."];
    const request = { model: "codo-tiny-embed", query: "The sky is blue.", documents };
    const { answer } = await post("/api/rerank", request);
    const results = answer.results as { index: number; relevance_score: number }[];
    expect(results[0]).toEqual({ index: 1, relevance_score: expect.closeTo(1, 5) });
    expect(results.map(({ index }) => index).sort()).toEqual([0, 1, 2]);
    const { answer: best } = await post("/api/rerank", { ...request, top_n: 1, return_documents: true });
    expect(best.results).toEqual([expect.objectContaining({ index: 1, document: "The sky is blue." })]);
  });

  it("needs an embedding model, a query and documents", async () => {
    const request = { query: "a", documents: ["b"] };
    expect((await post("/api/rerank", { ...request, model: "codo-tiny" })).status).toBe(501);
    expect((await post("/api/rerank", { model: "codo-tiny-embed", query: "a" })).answer.error).toBe(
      "documents is required",
    );
    expect((await post("/api/rerank", { model: "codo-tiny-embed", documents: ["b"] })).answer.error).toBe(
      "query is required",
    );
  });
});

it("an embedding obeys the context window that was asked for", async () => {
  const input = "The sky is blue. ".repeat(200);
  const counted = async (num_ctx: number): Promise<unknown> =>
    (await post("/api/embed", { model: "codo-tiny-embed", input, options: { num_ctx } })).answer.prompt_eval_count;
  expect(await counted(300)).toBe(300);
  expect(await counted(512)).toBe(512);
});

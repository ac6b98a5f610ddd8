import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../src/index.js";

let engine: Awaited<ReturnType<typeof startEngine>>;
let anthropic: Anthropic;
beforeAll(async () => {
  engine = await startEngine();
  anthropic = new Anthropic({ baseURL: engine.url, apiKey: "unused", maxRetries: 0 });
});
afterAll(() => engine.stop());

const base = { model: "codo-tiny", max_tokens: 80, temperature: 0 };
const sky: Anthropic.MessageParam[] = [{ role: "user", content: "Why is the sky blue?" }];
const tools: Anthropic.Tool[] = [
  {
    name: "get_weather",
    description: "Get the current weather",
    input_schema: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
  },
];

describe("Anthropic's client, against the engine", () => {
  it("gets a message, whole and streamed, with the same text and counts", async () => {
    const request = { ...base, messages: sky, thinking: { type: "disabled" as const } };
    const whole = await anthropic.messages.create(request);
    expect(whole).toMatchObject({ type: "message", role: "assistant", stop_reason: "end_turn" });
    expect(whole.content).toEqual([expect.objectContaining({ type: "text", text: expect.stringMatching(/blue/) })]);
    const streamed = await anthropic.messages.stream(request).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.stop_reason).toBe("end_turn");
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
  });

  it("gets the thought as a block of its own", async () => {
    const thinking = { type: "enabled" as const, budget_tokens: 1024 };
    const request = { ...base, max_tokens: 2000, messages: sky, thinking };
    for (const message of [
      await anthropic.messages.create(request),
      await anthropic.messages.stream(request).finalMessage(),
    ]) {
      expect(message.content.map(({ type }) => type)).toEqual(["thinking", "text"]);
    }
  });

  it("calls a tool, streamed too, and goes on with its answer", async () => {
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: "What is the weather in Paris?" }];
    const request = { ...base, messages, tools };
    const whole = await anthropic.messages.create(request);
    const streamed = await anthropic.messages.stream(request).finalMessage();
    for (const message of [whole, streamed]) {
      expect(message.stop_reason).toBe("tool_use");
      expect(message.content.find(({ type }) => type === "tool_use")).toMatchObject({
        name: "get_weather",
        input: { city: "Paris" },
      });
    }
    const call = whole.content.find((block) => block.type === "tool_use");
    const next = await anthropic.messages.create({
      ...base,
      tools,
      messages: [
        ...messages,
        { role: "assistant", content: whole.content },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "18 degrees and sunny" }],
        },
      ],
    });
    expect(next.content.map((block) => (block.type === "text" ? block.text : "")).join("")).toMatch(/18/);
  });

  it("takes instructions and stop sequences, and says that the limit was reached", async () => {
    const cut = await anthropic.messages.create({ ...base, max_tokens: 3, messages: sky, system: "Be brief." });
    expect(cut).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 3 } });
    const thinking = { type: "disabled" as const };
    const stopped = await anthropic.messages.create({ ...base, thinking, messages: sky, stop_sequences: ["blue"] });
    expect(JSON.stringify(stopped.content)).not.toContain("blue");
  });

  it.each([
    ["no model", { max_tokens: 1, messages: sky }, 400, "model is required"],
    ["no limit", { model: "codo-tiny", messages: sky }, 400, "max_tokens is required and must be positive"],
    ["no messages", { model: "codo-tiny", max_tokens: 1 }, 400, "messages is required"],
    ["an unknown model", { ...base, model: "nowhere", messages: sky }, 404, "model 'nowhere' not found"],
  ])("refuses %s in the dialect's own form", async (_, body, status, message) => {
    const response = await fetch(`${engine.url}/v1/messages`, { method: "POST", body: JSON.stringify(body) });
    expect(response.status).toBe(status);
    const type = status === 404 ? "not_found_error" : "invalid_request_error";
    expect(await response.json()).toMatchObject({ type: "error", error: { type, message } });
  });
});

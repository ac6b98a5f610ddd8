import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../src/index.js";

let engine: Awaited<ReturnType<typeof startEngine>>;
let openai: OpenAI;
beforeAll(async () => {
  engine = await startEngine();
  openai = new OpenAI({ baseURL: `${engine.url}/v1`, apiKey: "unused", maxRetries: 0 });
});
afterAll(() => engine.stop());

const model = "codo-tiny";
const sky = [{ role: "user" as const, content: "Why is the sky blue?" }];
const tools = [
  {
    type: "function" as const,
    function: {
      name: "get_weather",
      description: "Get the current weather",
      parameters: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
    },
  },
];

describe("the openai client, against the engine", () => {
  it("lists and describes models", async () => {
    const ids: string[] = [];
    for await (const { id, owned_by: owner } of openai.models.list()) ids.push(`${owner}/${id}`);
    expect(ids.sort()).toEqual(["library/codo-tiny-embed:latest", "library/codo-tiny:latest"]);
    expect(await openai.models.retrieve(model)).toMatchObject({ id: model, object: "model" });
    await expect(openai.models.retrieve("nowhere")).rejects.toMatchObject({ status: 404, type: "not_found_error" });
  });

  it("chats, whole and streamed, with the same text and counts", async () => {
    const request = { model, messages: sky, temperature: 0, reasoning_effort: "none" as const };
    const whole = await openai.chat.completions.create(request);
    expect(whole.choices[0]?.message.content).toMatch(/blue/);
    expect(whole.choices[0]?.finish_reason).toBe("stop");
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    const stream = await openai.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(usage).toEqual(whole.usage);
  });

  it("keeps the thought beside the answer", async () => {
    const reply = await openai.chat.completions.create({
      model,
      messages: sky,
      temperature: 0,
      reasoning_effort: "high",
    });
    const message = reply.choices[0]?.message as { content: string; reasoning?: string };
    expect(message.reasoning).toMatch(/\w/);
    expect(message.content).not.toContain("think");
  });

  it("ends at a limit and at a stop sequence", async () => {
    const limited = await openai.chat.completions.create({ model, messages: sky, max_tokens: 3, temperature: 0 });
    expect(limited.choices[0]?.finish_reason).toBe("length");
    expect(limited.usage?.completion_tokens).toBe(3);
    const request = { model, messages: sky, temperature: 0, reasoning_effort: "none" as const, stop: "blue" };
    const stopped = await openai.chat.completions.create(request);
    expect(stopped.choices[0]?.message.content).not.toContain("blue");
  });

  it("answers by a schema", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" } },
      required: ["name", "age"],
    };
    const reply = await openai.chat.completions.create({
      model,
      messages: [{ role: "user", content: "Give me a person as JSON." }],
      temperature: 0,
      response_format: { type: "json_schema", json_schema: { name: "person", schema } },
    });
    expect(JSON.parse(reply.choices[0]?.message.content ?? "")).toEqual({
      name: expect.any(String),
      age: expect.any(Number),
    });
  });

  it("calls a tool, streamed too, and goes on with its answer", async () => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "What is the weather in Paris?" }];
    const reply = await openai.chat.completions.create({ model, messages, tools, temperature: 0 });
    const message = reply.choices[0]?.message;
    const [call] = message?.tool_calls ?? [];
    expect(call).toMatchObject({ type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } });
    expect(reply.choices[0]?.finish_reason).toBe("tool_calls");
    const streamed: unknown[] = [];
    const reasons: unknown[] = [];
    for await (const chunk of await openai.chat.completions.create({
      model,
      messages,
      tools,
      temperature: 0,
      stream: true,
    })) {
      streamed.push(...(chunk.choices[0]?.delta.tool_calls ?? []));
      reasons.push(chunk.choices[0]?.finish_reason);
    }
    expect(streamed).toEqual([
      expect.objectContaining({ index: 0, function: { name: "get_weather", arguments: '{"city":"Paris"}' } }),
    ]);
    expect(reasons.at(-1)).toBe("tool_calls");
    if (message === undefined || call === undefined) throw new Error("no call");
    const next = await openai.chat.completions.create({
      model,
      messages: [...messages, message, { role: "tool", tool_call_id: call.id, content: "18 degrees and sunny" }],
      tools,
      temperature: 0,
    });
    expect(next.choices[0]?.message.content).toMatch(/18/);
    const none = await openai.chat.completions.create({ model, messages, tools, tool_choice: "none", temperature: 0 });
    expect(none.choices[0]?.message.tool_calls).toBeUndefined();
  });

  it("completes a text", async () => {
    const reply = await openai.completions.create({ model, prompt: "The sky is", max_tokens: 5, temperature: 0 });
    expect(reply.choices[0]?.text).toMatch(/\w/);
    let streamed = "";
    const stream = await openai.completions.create({
      model,
      prompt: "The sky is",
      max_tokens: 5,
      temperature: 0,
      stream: true,
    });
    for await (const chunk of stream) streamed += chunk.choices[0]?.text ?? "";
    expect(streamed).toBe(reply.choices[0]?.text);
  });

  it("embeds, as numbers and as base64, to the same vectors", async () => {
    const request = { model: "codo-tiny-embed", input: ["The sky is blue", "Cats sleep"] };
    // The client asks for base64 by itself and decodes it; floats come as they are.
    const decoded = await openai.embeddings.create(request);
    const floats = await openai.embeddings.create({ ...request, encoding_format: "float" });
    expect(decoded.data).toHaveLength(2);
    for (const [index, { embedding }] of decoded.data.entries()) {
      expect(embedding).toHaveLength(floats.data[index]?.embedding.length ?? 0);
      for (const [at, value] of embedding.entries())
        expect(value).toBeCloseTo(floats.data[index]?.embedding[at] ?? 9, 6);
    }
    expect(decoded.usage.prompt_tokens).toBeGreaterThan(0);
  });

  it.each([
    ["no messages", { model, messages: [] }, 400, "[] is too short - 'messages'"],
    ["an unknown model", { model: "nowhere", messages: sky }, 404, "model 'nowhere' not found"],
    [
      "an address as an image",
      { model, messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://x/y.png" } }] }] },
      400,
      "invalid image input",
    ],
    ["a message without content", { model, messages: [{ role: "user" }] }, 400, "invalid message content type: <nil>"],
    ["an unknown effort", { model, messages: sky, reasoning_effort: "huge" }, 400, "invalid reasoning value"],
    ["a text for a number", { model, messages: sky, temperature: "hot" }, 400, "cannot unmarshal string"],
  ])("refuses %s in the dialect's own form", async (_, body, status, words) => {
    const response = await fetch(`${engine.url}/v1/chat/completions`, { method: "POST", body: JSON.stringify(body) });
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { message: string; type: string } };
    expect(error.message).toContain(words);
    expect(error.type).toBe(status === 404 ? "not_found_error" : "invalid_request_error");
  });
});

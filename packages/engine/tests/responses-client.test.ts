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

const base = { model: "codo-tiny", temperature: 0 };
const tools: OpenAI.Responses.Tool[] = [
  {
    type: "function",
    name: "get_weather",
    description: "Get the current weather",
    strict: null,
    parameters: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
  },
];

/** The last event of a stream has the whole response. */
async function streamed(request: OpenAI.Responses.ResponseCreateParamsNonStreaming): Promise<{
  types: string[];
  text: string;
  response: OpenAI.Responses.Response | undefined;
}> {
  const types: string[] = [];
  let text = "";
  let response: OpenAI.Responses.Response | undefined;
  for await (const event of await openai.responses.create({ ...request, stream: true })) {
    if (types.at(-1) !== event.type) types.push(event.type);
    if (event.type === "response.output_text.delta") text += event.delta;
    if (event.type === "response.completed") response = event.response;
  }
  return { types, text, response };
}

describe("the openai client's responses, against the engine", () => {
  it("answers a text, whole and streamed", async () => {
    const request = { ...base, input: "Why is the sky blue?", reasoning: { effort: "none" as const } };
    const whole = await openai.responses.create(request);
    expect(whole.output_text).toMatch(/blue/);
    expect(whole.status).toBe("completed");
    const { types, text, response } = await streamed(request);
    expect(text).toBe(whole.output_text);
    expect(response?.usage).toEqual(whole.usage);
    expect(types).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
  });

  it("has the thought as an item before the message", async () => {
    const whole = await openai.responses.create({
      ...base,
      input: "Why is the sky blue?",
      reasoning: { effort: "high" },
    });
    expect(whole.output.map(({ type }) => type)).toEqual(["reasoning", "message"]);
  });

  it("calls a tool, streamed too, and goes on with its answer", async () => {
    const question: OpenAI.Responses.ResponseInput = [{ role: "user", content: "What is the weather in Paris?" }];
    const whole = await openai.responses.create({ ...base, input: question, tools });
    const { response } = await streamed({ ...base, input: question, tools });
    for (const { output } of [whole, response ?? whole]) {
      expect(output.find(({ type }) => type === "function_call")).toMatchObject({
        name: "get_weather",
        arguments: '{"city":"Paris"}',
      });
    }
    const call = whole.output.find((item) => item.type === "function_call");
    if (call === undefined) throw new Error("no call");
    const answer: OpenAI.Responses.ResponseInputItem = {
      type: "function_call_output",
      call_id: call.call_id,
      output: "18 degrees and sunny",
    };
    const next = await openai.responses.create({ ...base, input: [...question, call, answer], tools });
    expect(next.output_text).toMatch(/18/);
  });

  it("answers by a schema, and says that a limit was reached", async () => {
    const schema = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
    const format = { type: "json_schema" as const, name: "person", schema };
    const reply = await openai.responses.create({ ...base, input: "Give me a person as JSON.", text: { format } });
    expect(JSON.parse(reply.output_text)).toEqual({ name: expect.any(String) });
    const cut = await openai.responses.create({ ...base, input: "Why is the sky blue?", max_output_tokens: 3 });
    expect(cut).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
  });

  it("refuses an earlier response, which it does not keep, and input that it does not know", async () => {
    const earlier = openai.responses.create({ ...base, input: "x", previous_response_id: "resp_1" });
    await expect(earlier).rejects.toMatchObject({ status: 400, message: expect.stringContaining("not supported") });
    const odd = openai.responses.create({ ...base, input: [{ type: "odd" }] as never });
    await expect(odd).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('unknown input item type: "odd"'),
    });
  });
});

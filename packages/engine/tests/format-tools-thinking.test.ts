import { type Message, Ollama, type Tool } from "ollama";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";

const WEATHER: Tool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Get the current weather",
    parameters: {
      type: "object",
      required: ["city"],
      properties: { city: { type: "string", description: "The city name" } },
    },
  },
};
const PERSON = {
  type: "object",
  properties: { name: { type: "string", maxLength: 40 }, age: { type: "integer", minimum: 0, maximum: 130 } },
  required: ["name", "age"],
};
const model = "codo-tiny";

describe("format, tools and thinking over HTTP, asked by the official client", () => {
  let engine: Engine;
  let ollama: Ollama;

  beforeAll(async () => {
    engine = await startEngine();
    ollama = new Ollama({ host: engine.url });
  });

  afterAll(() => engine.stop());

  const ask = (content: string): Message[] => [{ role: "user", content }];

  describe("tools", () => {
    it("calls get_weather with the city and uses the result that comes back", async () => {
      const messages = ask("What is the weather in Paris?");
      const first = await ollama.chat({ model, messages, tools: [WEATHER], think: false });
      expect(first.message.content).toBe("");
      expect(first.message.tool_calls).toMatchObject([
        { function: { name: "get_weather", arguments: { city: "Paris" } } },
      ]);
      const result: Message = { role: "tool", tool_name: "get_weather", content: "22 degrees and sunny" };
      const second = await ollama.chat({
        model,
        messages: [...messages, first.message, result],
        tools: [WEATHER],
        think: false,
      });
      expect(second.message.tool_calls).toBeUndefined();
      expect(second.message.content).toContain("22 degrees");
    });

    it("gives each call an id and an index, and keeps the call for the done line as a Jinja template has it", async () => {
      const stream = await ollama.chat({
        model,
        messages: ask("What is the weather in Paris?"),
        tools: [WEATHER],
        think: false,
        stream: true,
      });
      const lines = [];
      for await (const line of stream) lines.push(line);
      expect(lines.at(-1)?.done).toBe(true);
      const calls = lines.flatMap((line) => line.message.tool_calls ?? []);
      expect(calls).toMatchObject([{ id: expect.stringMatching(/^[A-Za-z0-9]{32}$/), function: { index: 0 } }]);
      expect(lines.map((line) => line.message.content).join("")).toBe("");
    });

    it("swallows a call of a tool that is not on offer, and one that is cut", async () => {
      const lookup = { ...WEATHER, function: { ...WEATHER.function, name: "lookup_nothing" } };
      const messages = ask("What is the weather in Paris?");
      const cut = await ollama.chat({ model, messages, tools: [WEATHER], think: false, options: { num_predict: 6 } });
      expect(cut.message).toEqual({ role: "assistant", content: "" });
      expect(cut.done_reason).toBe("length");
      const other = await ollama.chat({ model, messages, tools: [lookup], think: false });
      expect(other.message.content).not.toContain("<tool_call>");
    });

    it("answers in words when no tool is needed", async () => {
      const answer = await ollama.chat({
        model,
        messages: ask("What is the capital of France?"),
        tools: [WEATHER],
        think: false,
      });
      expect(answer.message.content).toContain("Paris");
      expect(answer.message.tool_calls).toBeUndefined();
    });

    it("lets the format win when both are asked for", async () => {
      const messages = ask("What is the weather in Paris?");
      const answer = await ollama.chat({ model, messages, tools: [WEATHER], think: false, format: PERSON });
      expect(answer.message.tool_calls).toBeUndefined();
      expect(Object.keys(JSON.parse(answer.message.content))).toEqual(["name", "age"]);
    });
  });

  describe("thinking", () => {
    const question = "What is the capital of France?";

    it.each([true, undefined, "low", "high"] as const)(
      "think %s gives the thought apart from the answer",
      async (think) => {
        const answer = await ollama.chat({ model, messages: ask(question), ...(think !== undefined && { think }) });
        expect(answer.message.thinking).toMatch(/\w/);
        expect(answer.message.content).toContain("Paris");
        expect(answer.message.content).not.toContain("think>");
      },
    );

    it("think false gives the answer only", async () => {
      const answer = await ollama.chat({ model, messages: ask(question), think: false });
      expect(answer.message.thinking).toBeUndefined();
      expect(answer.message.content).toContain("Paris");
    });

    it("streams the thought first, tags left out", async () => {
      const stream = await ollama.chat({ model, messages: ask(question), think: true, stream: true });
      const kinds: string[] = [];
      let thinking = "";
      let response = "";
      for await (const { message: line } of stream) {
        thinking += line.thinking ?? "";
        response += line.content;
        if (line.thinking) kinds.push("thinking");
        else if (line.content) kinds.push("response");
      }
      expect(kinds.indexOf("response")).toBeGreaterThan(kinds.lastIndexOf("thinking"));
      expect(`${thinking}|${response}`).not.toContain("think>");
      expect(response).toContain("Paris");
    });

    it("leaves the thought in the text of generate, as a real server does with a Jinja template", async () => {
      const answer = await ollama.generate({ model, prompt: question, think: true });
      expect(answer.thinking).toBeUndefined();
      expect(answer.response).toMatch(/^<think>\s*\w[\s\S]*<\/think>[\s\S]*Paris/);
    });

    it("thinks before a tool call", async () => {
      const messages = ask("What is the weather in Paris?");
      const answer = await ollama.chat({ model, messages, tools: [WEATHER], think: true });
      expect(answer.message.thinking).toMatch(/\w/);
      expect(answer.message.content).not.toContain("<tool_call>");
    });
  });

  describe("format", () => {
    it("makes JSON of a request for JSON", async () => {
      const answer = await ollama.generate({
        model,
        prompt: "Give me a person as JSON.",
        think: false,
        format: "json",
      });
      expect(JSON.parse(String(answer.response))).toBeTypeOf("object");
    });

    it("applies to the answer and not to the thought", async () => {
      const answer = await ollama.chat({
        model,
        messages: ask("Give me a person as JSON."),
        think: true,
        format: PERSON,
      });
      expect(answer.message.thinking).toMatch(/\w/);
      expect(JSON.parse(answer.message.content)).toMatchObject({ name: expect.any(String), age: expect.any(Number) });
    });

    it.each([
      [{ type: "nonsense" }, 'Unrecognized schema: {"type":"nonsense"}'],
      [{ $ref: "#/nope" }, 'Error resolving ref #/nope: nope not in {"$ref":"#/nope"}'],
    ] as [object, string][])("refuses the schema %j in a real server's words", async (format, message) => {
      const text = `Field 'json_schema': "json_schema": JSON schema conversion failed:\n${message}`;
      const error = JSON.stringify({ error: { code: 400, message: text, type: "invalid_request_error" } });
      await expect(ollama.generate({ model, prompt: "x", format })).rejects.toMatchObject({ status_code: 400, error });
    });
  });
});

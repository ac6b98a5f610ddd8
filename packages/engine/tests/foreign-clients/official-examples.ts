import { readFile } from "node:fs/promises";
import { ScriptedRegistry } from "@codo/test-utils";
import { type ChatRequest, type Message, Ollama, type Tool } from "ollama";
import { expect } from "vitest";
import { z } from "zod";

/** What one of the examples in the official client's repository does, made again with the engine's own small model. */
export interface OfficialExample {
  /** The example's path, in `examples/`. */
  name: string;
  /** Why it can't end as it does there; `run` then shows the refusal. */
  cannot?: string;
  run(host: string): Promise<void>;
}

const GGUF = new URL("../../models/codo-tiny/codo-tiny.gguf", import.meta.url);
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const NO_VISION = "the models inside see no images; with a model that does, `llama-server` computes";
const NO_CLOUD = "its search is a service of Ollama's cloud";
const model = "codo-tiny";
const options = { temperature: 0 };
/** Untrained weights go on with a list or a text until the window is nearly full: a small one. */
const small = { ...options, num_ctx: 512 };
const user = (content: string): Message => ({ role: "user", content });

/** Reads a story; what is done at a piece may end it. */
async function story(client: Ollama, topic: string, onPiece: () => void): Promise<void> {
  const prompt = `Write a long story about ${topic}`;
  const stream = await client.generate({ model, prompt, stream: true, options: { num_predict: 400 } });
  for await (const _piece of stream) onPiece();
}

function tool(name: string, properties: Record<string, { type: string; maxLength?: number }>): Tool {
  const parameters = { type: "object", properties, required: Object.keys(properties) };
  return { type: "function", function: { name, description: name, parameters } };
}

/** Asks, does what is asked for, and asks again with the results; gives the calls and the last answer. */
async function toolLoop(
  client: Ollama,
  { messages, ...request }: ChatRequest & { messages: Message[] },
  answer: (name: string, input: Record<string, unknown>) => string,
): Promise<{ calls: string[]; text: string }> {
  const { message } = await client.chat({ ...request, messages, stream: false });
  const asked = message.tool_calls ?? [];
  const results = asked.map(({ function: { name, arguments: input } }) => ({
    role: "tool",
    tool_name: name,
    content: answer(name, input),
  }));
  const last = await client.chat({ ...request, messages: [...messages, message, ...results], stream: false });
  return { calls: asked.map((call) => call.function.name), text: last.message.content };
}

const refusal = async (asked: Promise<unknown>, words: RegExp): Promise<void> => expect(asked).rejects.toThrow(words);

/** The 17 examples. */
export const OFFICIAL_EXAMPLES: readonly OfficialExample[] = [
  {
    name: "abort/abort-all-requests",
    async run(host) {
      const client = new Ollama({ host });
      const stories = ["dragons", "wizards", "knights"].map((topic) => story(client, topic, () => client.abort()));
      const ends = await Promise.allSettled(stories);
      expect(ends.map((end) => end.status === "rejected" && end.reason.name)).toEqual([
        "AbortError",
        "AbortError",
        "AbortError",
      ]);
    },
  },
  {
    name: "abort/abort-single-request",
    async run(host) {
      const [first, second] = [new Ollama({ host }), new Ollama({ host })];
      await refusal(
        story(first, "dragons", () => first.abort()),
        /abort/i,
      );
      const { response } = await second.generate({ model, prompt: "Why is the sky blue?", think: false, options });
      expect(response).toMatch(/blue/);
    },
  },
  {
    name: "fill-in-middle/fill",
    async run(host) {
      const client = new Ollama({ host });
      // As a real server, the engine takes the template that can do more: the model's own has tools and thoughts.
      const template =
        "{{ if .Suffix }}<PRE>{{ .Prompt }}<SUF>{{ .Suffix }}<MID>{{ else }}{{ .Tools }}{{ .Prompt }}{{ end }}";
      await client.create({ model: "filler", from: model, template });
      const asked = { model: "filler", prompt: "def add(", suffix: "return c", options: { num_predict: 8 } };
      expect(await client.generate(asked)).toMatchObject({ done: true, eval_count: 8 });
      expect((await client.show({ model: "filler" })).capabilities).toContain("insert");
      await client.delete({ model: "filler" });
    },
  },
  {
    name: "image-generation/image-generation",
    cannot: "neither the engine nor llama.cpp paints",
    run: (host) =>
      refusal(new Ollama({ host }).generate({ model: "x/z-image-turbo", prompt: "a sunset" }), /not found/),
  },
  {
    name: "logprobs/logprobs-chat",
    async run(host) {
      const client = new Ollama({ host });
      const messages = [user("Say hello in one word.")];
      const asked = { model, messages, think: false, logprobs: true, top_logprobs: 3, options };
      const { logprobs = [], message } = await client.chat(asked);
      expect(logprobs.map(({ token }) => token).join("")).toBe(message.content);
      for (const { logprob, top_logprobs = [] } of logprobs) {
        expect(top_logprobs).toHaveLength(3);
        expect(logprob).toBe(top_logprobs[0]?.logprob);
      }
    },
  },
  {
    name: "multimodal/multimodal",
    cannot: NO_VISION,
    run: (host) =>
      refusal(
        new Ollama({ host }).generate({ model, prompt: "describe this image:", images: [PIXEL] }),
        /image input|multimodal/,
      ),
  },
  {
    name: "pull-progress/pull",
    async run(host) {
      await using registry = await ScriptedRegistry.start({});
      const content = await readFile(GGUF);
      const layer = { mediaType: "application/vnd.ollama.image.model", content };
      const pulled = registry.put("pulled", [layer], '{"model_format":"gguf"}');
      const client = new Ollama({ host });
      const seen: string[] = [];
      let most = 0;
      for await (const part of await client.pull({ model: pulled, insecure: true, stream: true })) {
        seen.push(part.status);
        if (part.total === content.length) most = Math.max(most, part.completed ?? 0);
      }
      expect([seen.at(-1), most]).toEqual(["success", content.length]);
      await client.delete({ model: pulled });
    },
  },
  {
    name: "structured_outputs/structured-outputs-image",
    cannot: NO_VISION,
    run: (host) => {
      const messages = [{ ...user("What is in the image?"), images: [PIXEL] }];
      const format = { type: "object", properties: { summary: { type: "string" } } };
      return refusal(new Ollama({ host }).chat({ model, messages, format }), /image input|multimodal/);
    },
  },
  {
    name: "structured_outputs/structured-outputs",
    async run(host) {
      const friend = z.object({ name: z.string(), age: z.number().int(), is_available: z.boolean() });
      const friends = z.object({ friends: z.array(friend) });
      const messages = [user("I have two friends. Give them as JSON.")];
      const asked = { model, messages, format: z.toJSONSchema(friends), options: small };
      const { message } = await new Ollama({ host }).chat(asked);
      expect(friends.safeParse(JSON.parse(message.content))).toMatchObject({ success: true });
    },
  },
  {
    name: "thinking/thinking-enabled",
    async run(host) {
      const { message } = await new Ollama({ host }).chat({
        model,
        messages: [user("What is 10 + 23")],
        think: true,
        options,
      });
      expect([message.thinking, message.content]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
    },
  },
  {
    name: "thinking/thinking-levels",
    async run(host) {
      for (const think of ["low", "medium", "high"] as const) {
        const { message } = await new Ollama({ host }).chat({
          model,
          messages: [user("What is 10 + 23?")],
          think,
          options,
        });
        expect(message.thinking).toMatch(/\w/);
      }
    },
  },
  {
    name: "thinking/thinking-streaming",
    async run(host) {
      const messages = [user("What is 10 + 23")];
      const kinds: string[] = [];
      for await (const { message } of await new Ollama({ host }).chat({
        model,
        messages,
        think: true,
        stream: true,
        options,
      })) {
        const kind = message.thinking ? "thinking" : message.content ? "content" : undefined;
        if (kind !== undefined && kinds.at(-1) !== kind) kinds.push(kind);
      }
      expect(kinds).toEqual(["thinking", "content"]);
    },
  },
  {
    name: "tools/calculator",
    async run(host) {
      const numbers = { a: { type: "number" }, b: { type: "number" } };
      const tools = [tool("addTwoNumbers", numbers), tool("subtractTwoNumbers", numbers)];
      const request = {
        model,
        messages: [user("What is three minus one?")],
        tools,
        think: false,
        options: small,
        tool_choice: "required",
      };
      const { calls } = await toolLoop(new Ollama({ host }), request, (_name, { a, b }) => {
        expect([typeof a, typeof b]).toEqual(["number", "number"]);
        return "2";
      });
      expect(calls).toHaveLength(1);
    },
  },
  {
    name: "tools/flight-tracker",
    async run(host) {
      const airport = { type: "string", maxLength: 40 };
      const tools = [tool("get_flight_times", { departure: airport, arrival: airport })];
      const messages = [user("What is the flight time from New York (LGA) to Los Angeles (LAX)?")];
      const request = { model, messages, tools, think: false, options: small, tool_choice: "required" };
      const { calls } = await toolLoop(new Ollama({ host }), request, (_name, input) => {
        expect(Object.keys(input)).toEqual(["departure", "arrival"]);
        return '{"duration":"5h 30m"}';
      });
      expect(calls).toEqual(["get_flight_times"]);
    },
  },
  {
    name: "tools/multi-tool",
    async run(host) {
      const city = { city: { type: "string", maxLength: 40 } };
      const tools = [tool("getTemperature", city), tool("getConditions", city)];
      const messages = [user("What is the temperature in Paris?")];
      const request = {
        model,
        messages,
        tools,
        options: small,
        think: false,
        stream: true as const,
        tool_choice: "required",
      };
      const calls: string[] = [];
      for await (const { message } of await new Ollama({ host }).chat(request)) {
        calls.push(...(message.tool_calls ?? []).map((call) => call.function.name));
      }
      expect(calls).toEqual([expect.stringMatching(/^get(Temperature|Conditions)$/)]);
    },
  },
  {
    name: "websearch/gpt-oss-browser-tools",
    cannot: NO_CLOUD,
    run: (host) => searchRefusal(host, "web_fetch", { url: "https://ollama.com" }),
  },
  {
    name: "websearch/websearch-tools",
    cannot: NO_CLOUD,
    run: (host) => searchRefusal(host, "web_search", { query: "what is ollama" }),
  },
];

/** The client asks Ollama's cloud itself; through the server, the engine says that it has none. */
async function searchRefusal(host: string, route: string, body: object): Promise<void> {
  const response = await fetch(`${host}/api/experimental/${route}`, { method: "POST", body: JSON.stringify(body) });
  expect([response.ok, await response.text()]).toEqual([false, expect.stringContaining("unavailable")]);
}

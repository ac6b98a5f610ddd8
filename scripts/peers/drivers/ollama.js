import { Ollama } from "ollama";

const SCHEMA = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
const PARAMETERS = {
  type: "object",
  properties: { a: { type: "number" }, b: { type: "number" } },
  required: ["a", "b"],
};
const TOOLS = [{ type: "function", function: { name: "add", description: "Add", parameters: PARAMETERS } }];
const user = (content) => [{ role: "user", content }];

export function connect(host) {
  const client = new Ollama({ host });
  const chat = (model, prompt, rest) => client.chat({ model, messages: user(prompt), stream: false, ...rest });
  // It takes no signal; `abort()` is what it has.
  const obey = (signal) => signal?.addEventListener("abort", () => client.abort());
  return {
    ask: async (model, prompt, signal) => {
      obey(signal);
      return (await chat(model, prompt)).message.content;
    },
    async *stream(model, prompt, signal) {
      obey(signal);
      for await (const { message } of await client.chat({ model, messages: user(prompt), stream: true }))
        yield message.content;
    },
    object: async (model, prompt) => JSON.parse((await chat(model, prompt, { format: SCHEMA })).message.content),
    finish: async (model, prompt) => (await chat(model, prompt)).done_reason,
    usage: async (model, prompt) => {
      const { prompt_eval_count, eval_count } = await chat(model, prompt);
      return [prompt_eval_count, eval_count];
    },
    thinking: async (model, prompt) => {
      const { message } = await chat(model, prompt, { think: true });
      return [message.thinking, message.content];
    },
    toolCalls: async (model, prompt) =>
      (await chat(model, prompt, { tools: TOOLS })).message.tool_calls.map((call) => [
        call.function.name,
        call.function.arguments,
      ]),
    embed: async (model, input) => (await client.embed({ model, input })).embeddings,
    list: async () => (await client.list()).models.map(({ name }) => name),
    pull: async (model) => {
      const percents = [];
      for await (const { completed, total } of await client.pull({ model, stream: true }))
        if (total) percents.push((100 * completed) / total);
      return percents;
    },
  };
}

import { tool } from "@langchain/core/tools";
import { ChatOllama, OllamaEmbeddings } from "@langchain/ollama";
import { z } from "zod";

const NUMBERS = z.object({ a: z.number(), b: z.number() });
const ADD = tool(({ a, b }) => String(a + b), { name: "add", description: "Add two numbers", schema: NUMBERS });

export function connect(baseUrl) {
  const chat = (model, rest) => new ChatOllama({ baseUrl, model, ...rest });
  async function* stream(model, prompt, call) {
    for await (const chunk of await chat(model).stream(prompt, call)) yield String(chunk.content);
  }
  return {
    ask: async (model, prompt, signal) => String((await chat(model).invoke(prompt, { signal })).content),
    stream: (model, prompt, signal) => stream(model, prompt, { signal }),
    // Its limit is one for the whole answer.
    streamWithin: (model, prompt, timeout) => stream(model, prompt, { timeout }),
    object: (model, prompt) =>
      chat(model)
        .withStructuredOutput(z.object({ name: z.string() }))
        .invoke(prompt),
    finish: async (model, prompt) => (await chat(model).invoke(prompt)).response_metadata.done_reason,
    usage: async (model, prompt) => {
      const { input_tokens, output_tokens } = (await chat(model).invoke(prompt)).usage_metadata;
      return [input_tokens, output_tokens];
    },
    thinking: async (model, prompt) => {
      const message = await chat(model, { think: true }).invoke(prompt);
      return [message.additional_kwargs.reasoning_content, message.content];
    },
    toolCalls: async (model, prompt) =>
      (await chat(model).bindTools([ADD]).invoke(prompt)).tool_calls.map(({ name, args }) => [name, args]),
    embed: (model, texts) => new OllamaEmbeddings({ model, baseUrl }).embedDocuments(texts),
    batch: async (model, prompts, maxConcurrency) =>
      (await chat(model).batch(prompts, { maxConcurrency })).map(({ content }) => String(content)),
  };
}

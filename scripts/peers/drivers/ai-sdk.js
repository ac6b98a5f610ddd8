import { embedMany, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { createOllama } from "ollama-ai-provider-v2";
import { z } from "zod";

const ADD = { description: "Add two numbers", inputSchema: z.object({ a: z.number(), b: z.number() }) };
const RUN_ADD = tool({ ...ADD, execute: ({ a, b }) => a + b });

export function connect(host) {
  const ollama = createOllama({ baseURL: `${host}/api` });
  const ask = (model, prompt, rest) => generateText({ model: ollama(model), prompt, ...rest });
  async function* stream(model, prompt, rest) {
    // Errors come as parts of the full stream; its text stream alone just ends.
    for await (const part of streamText({ model: ollama(model), prompt, onError: () => {}, ...rest }).fullStream) {
      if (part.type === "error") throw part.error;
      if (part.type === "abort") throw new Error(part.reason ?? "aborted");
      if (part.type === "text-delta") yield part.text;
    }
  }
  return {
    ask: async (model, prompt, abortSignal) => (await ask(model, prompt, { abortSignal })).text,
    stream: (model, prompt, abortSignal) => stream(model, prompt, { abortSignal }),
    streamWithin: (model, prompt, chunkMs) => stream(model, prompt, { timeout: { chunkMs } }),
    object: async (model, prompt) =>
      (await ask(model, prompt, { output: Output.object({ schema: z.object({ name: z.string() }) }) })).output,
    finish: async (model, prompt) => (await ask(model, prompt)).finishReason,
    usage: async (model, prompt) => {
      const { inputTokens, outputTokens } = (await ask(model, prompt)).usage;
      return [inputTokens, outputTokens];
    },
    thinking: async (model, prompt) => {
      const { reasoningText, text } = await ask(model, prompt, { providerOptions: { ollama: { think: true } } });
      return [reasoningText, text];
    },
    toolCalls: async (model, prompt) =>
      (await ask(model, prompt, { tools: { add: tool(ADD) } })).toolCalls.map(({ toolName, input }) => [
        toolName,
        input,
      ]),
    runTools: async (model, prompt) =>
      (await ask(model, prompt, { tools: { add: RUN_ADD }, stopWhen: stepCountIs(4) })).text,
    embed: async (model, values) => (await embedMany({ model: ollama.embedding(model), values })).embeddings,
  };
}

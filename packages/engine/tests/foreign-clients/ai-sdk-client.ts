import { embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import { createOllama } from "ollama-ai-provider-v2";
import {
  type ForeignClient,
  PERSON_QUESTION,
  PERSON_SCHEMA,
  QUESTION,
  TEXTS,
  UNKNOWN_MODEL,
  WEATHER,
  WEATHER_QUESTION,
  WEATHER_TOOL,
} from "./client-tasks.js";

const { name, description, parameters } = WEATHER_TOOL.function;

/** The AI SDK with a provider for Ollama. */
export const aiSdkClient: ForeignClient = {
  name: "ollama-ai-provider-v2",
  cannot: {
    askUnknownModel:
      "it tells of a refusal only the status (“Not Found”): it looks for OpenAI's form of errors on Ollama's own routes",
  },
  note: "with `ai` 6; the versions for `ai` 7 want Node 22",
  connect(url) {
    const ollama = createOllama({ baseURL: `${url}/api` });
    const asked = {
      model: ollama("codo-tiny"),
      temperature: 0,
      maxRetries: 0,
      providerOptions: { ollama: { think: false } },
    };
    return {
      chat: async () => (await generateText({ ...asked, prompt: QUESTION })).text,
      async stream() {
        const pieces: string[] = [];
        for await (const piece of streamText({ ...asked, prompt: QUESTION }).textStream) pieces.push(piece);
        return pieces;
      },
      async embed() {
        const model = ollama.embeddingModel("codo-tiny-embed");
        return (await embedMany({ model, values: TEXTS, maxRetries: 0 })).embeddings;
      },
      async structure() {
        const output = Output.object({ schema: jsonSchema<{ name: string; age: number }>(PERSON_SCHEMA) });
        return (await generateText({ ...asked, output, prompt: PERSON_QUESTION })).output;
      },
      async callTool() {
        const inputs: unknown[] = [];
        const weather = tool({
          description,
          inputSchema: jsonSchema(parameters),
          execute: (input) => {
            inputs.push(input);
            return WEATHER;
          },
        });
        const tools = { [name]: weather };
        const { text, steps } = await generateText({
          ...asked,
          tools,
          stopWhen: stepCountIs(2),
          prompt: WEATHER_QUESTION,
        });
        return { name: steps[0]?.toolCalls[0]?.toolName ?? "", input: inputs[0], answer: text };
      },
      askUnknownModel: () => generateText({ ...asked, model: ollama(UNKNOWN_MODEL), prompt: QUESTION }),
    };
  },
};

import { createExecutor } from "@codo/ollama-core";
import { defineTool, ModelRunner } from "@codo/ollama-runner";
import { connect as connectCore } from "./codo-core.js";

const SCHEMA = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
const NUMBERS = {
  type: "object",
  properties: { a: { type: "number" }, b: { type: "number" } },
  required: ["a", "b"],
};
const ADD = defineTool({
  name: "add",
  description: "Add two numbers",
  parameters: NUMBERS,
  execute: ({ a, b }) => a + b,
});

export function connect(host) {
  const { client, ...core } = connectCore(host);
  const runner = new ModelRunner(createExecutor(client));
  return {
    ...core,
    object: async (model, prompt) => (await runner.runStructured(model, prompt, SCHEMA)).value,
    toolCalls: async (model, content) => {
      const tools = [{ type: "function", function: { name: "add", description: "Add", parameters: NUMBERS } }];
      const { message } = await client.chat({ model, messages: [{ role: "user", content }], tools, stream: false });
      return message.tool_calls.map((call) => [call.function.name, call.function.arguments]);
    },
    runTools: async (model, content) => (await runner.runWithTools(model, [{ role: "user", content }], [ADD])).response,
    batch: async (model, prompts, concurrency) => {
      const items = prompts.map((content) => ({ messages: [{ role: "user", content }] }));
      return (await runner.runBatch(model, items, {}, { concurrency })).map(({ response }) => response);
    },
  };
}

import { OllamaManager } from "@codo/ollama-core";
import { defineTool, ModelRunner } from "@codo/ollama-runner";
import { z } from "zod";

const add = defineTool({
  name: "add",
  description: "Add two numbers",
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});

/** What the model answers, and what the tools computed on the way. */
export async function askWithTools(question: string): Promise<{ response: string; computed: unknown[] }> {
  await using manager = new OllamaManager({ embedded: () => import("@codo/ollama-engine") });
  const runner = new ModelRunner(manager);
  const messages = [{ role: "user" as const, content: question }];
  const { response, steps } = await runner.runWithTools("codo-tiny", messages, [add], {
    options: { temperature: 0 },
    maxSteps: 4,
  });
  return { response, computed: steps.flatMap(({ calls }) => calls.map(({ output }) => output)) };
}

import { OllamaManager } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";

/** Streams an answer: from a server that runs, or from the embedded engine. */
export async function streamAnAnswer(prompt: string, write: (text: string) => void): Promise<void> {
  await using manager = new OllamaManager({ embedded: () => import("@codo/ollama-engine") });
  const runner = new ModelRunner(manager);
  for await (const text of runner.runStreaming("codo-tiny", prompt)) write(text);
}

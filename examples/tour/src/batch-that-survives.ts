import { OllamaManager } from "@codo/ollama-core";
import { OutputManager } from "@codo/ollama-output";
import { ModelRunner } from "@codo/ollama-runner";

/** Runs a batch with a journal and keeps every answer. Killed at any moment and called again, it goes on where it was. */
export async function batchThatSurvives(prompts: string[], folder: string): Promise<string[]> {
  await using manager = new OllamaManager({ embedded: () => import("@codo/ollama-engine") });
  const outputs = new OutputManager(folder);
  const results = await new ModelRunner(manager).runBatch(
    "codo-tiny",
    prompts,
    { temperature: 0, numPredict: 64 },
    {
      concurrency: 2,
      journal: `${folder}/batch.jsonl`,
      onResult: (result) => outputs.saveExecutionResult(result),
    },
  );
  await outputs.close();
  return results.map((result) => result.response);
}

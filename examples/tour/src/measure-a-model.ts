import { benchmarkModel, renderReport } from "@codo/ollama-bench";
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { startEngine } from "@codo/ollama-engine";

/** Measures a model on a server of its own and gives the report as text. */
export async function measureAModel(prompts: string[]): Promise<string> {
  await using engine = await startEngine();
  const executor = createExecutor(new OllamaClient({ host: engine.url }));
  const report = await benchmarkModel(
    executor,
    "codo-tiny",
    prompts,
    { temperature: 0 },
    { trials: 2, slo: ["error_rate <= 0"] },
  );
  return renderReport(report, "text");
}

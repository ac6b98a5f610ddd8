import type { BenchReport } from "@codo/ollama-bench";
import { OllamaError } from "@codo/ollama-core";
import type { CliContext } from "../../context/cli-context.js";

/** Keeps a report among the outputs, where the configuration says so. A store that fails is reported. */
export async function keepReport(
  context: CliContext,
  report: BenchReport,
  kind: "benchmark" | "comparison",
): Promise<void> {
  if ((await context.config()).config.saveOutputs === false) return;
  try {
    const outputs = await context.outputs();
    if (kind === "benchmark") await outputs.saveBenchmarkReport(report);
    else await outputs.saveModelComparison(report);
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    context.reportNotKept("report", error);
  }
}

import { type ModelExecutor, OllamaError } from "@codo/ollama-contract";
import type { ModelRunner } from "@codo/ollama-runner";

/** What can be measured: a runner, or the executor that it would run on. */
export type BenchTarget = ModelExecutor | Pick<ModelRunner, "executor">;

/** The executor of a target. @throws OllamaError `INVALID_CONFIG` */
export function executorOf(target: BenchTarget): ModelExecutor {
  const executor = "executor" in target ? target.executor : target;
  if (typeof executor?.execute !== "function") {
    throw new OllamaError(
      "INVALID_CONFIG",
      "A benchmark needs a ModelRunner or an executor, such as an OllamaManager.",
    );
  }
  return executor;
}

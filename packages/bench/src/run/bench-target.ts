import { type ModelExecutor, OllamaError } from "@codo/ollama-core";

/** What can be measured: an executor, or something that has one, as a `ModelRunner` does. */
export type BenchTarget = ModelExecutor | { readonly executor: ModelExecutor };

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

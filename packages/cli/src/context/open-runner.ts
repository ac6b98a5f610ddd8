import type { ModelExecutor } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";

/** A runner of models. */
export function openRunner(executor: ModelExecutor): ModelRunner {
  return new ModelRunner(executor);
}

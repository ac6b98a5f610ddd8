import { OllamaError } from "../errors/ollama-error.js";
import type { ModelExecutionResult } from "./execution-result.js";

/** The error of a result with `success: false`, to throw where a caller has no result to look at. */
export function errorOfResult(result: ModelExecutionResult): OllamaError {
  const error = result.metadata.error;
  const message = result.errorMessage ?? `The run of model "${result.modelName}" failed.`;
  return new OllamaError(error?.code ?? "SERVER_ERROR", message, {
    ...(error && { retryable: error.retryable }),
    details: { model: result.modelName, resultId: result.id, partial: result.response },
  });
}

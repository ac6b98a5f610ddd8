import { type ExecutionRequest, type ModelExecutionResult, OllamaError, toWireOptions } from "@codo/ollama-contract";
import { promptOf } from "@codo/ollama-contract/executor-kit";
import { nextId } from "./next-id.js";

/** The result of an execution that failed before any server saw it, or whose executor threw. */
export function failedResult(request: ExecutionRequest, thrown: unknown, id: string = nextId()): ModelExecutionResult {
  const error = toOllamaError(thrown);
  return {
    schemaVersion: 1,
    id,
    modelName: request.model,
    prompt: promptOf(request),
    response: "",
    executionTime: 0,
    success: false,
    errorMessage: error.message,
    metadata: {
      createdAt: new Date().toISOString(),
      api: request.messages === undefined ? "generate" : "chat",
      doneReason: null,
      truncated: false,
      usage: {},
      timings: {},
      options: toWireOptions(request.options ?? {}).options,
      model: {},
      error: { code: error.code, retryable: error.retryable },
    },
  };
}

/** Brings whatever was thrown to the one error class. */
export function toOllamaError(thrown: unknown): OllamaError {
  if (OllamaError.is(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new OllamaError("SERVER_ERROR", message, { cause: thrown });
}

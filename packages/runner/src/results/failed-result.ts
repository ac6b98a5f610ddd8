import { type ExecutionRequest, type ModelExecutionResult, OllamaError, toWireOptions } from "@codo/ollama-contract";
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

/** The error of a result with `success: false`, to throw where a caller has no result to look at. */
export function errorOfResult(result: ModelExecutionResult): OllamaError {
  const error = result.metadata.error;
  const message = result.errorMessage ?? `The run of model "${result.modelName}" failed.`;
  return new OllamaError(error?.code ?? "SERVER_ERROR", message, {
    ...(error && { retryable: error.retryable }),
    details: { model: result.modelName, resultId: result.id, partial: result.response },
  });
}

/** Brings whatever was thrown to the one error class. */
export function toOllamaError(thrown: unknown): OllamaError {
  if (OllamaError.is(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new OllamaError("SERVER_ERROR", message, { cause: thrown });
}

/** What a result shows as its prompt: the prompt itself, or the last thing the user said. */
export function promptOf(request: Pick<ExecutionRequest, "prompt" | "messages">): string {
  return request.prompt ?? request.messages?.findLast((message) => message.role === "user")?.content ?? "";
}

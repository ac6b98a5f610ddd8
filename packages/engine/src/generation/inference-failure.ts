import { OllamaError } from "@codo/ollama-contract";
import { ApiError } from "../http/api-error.js";

/** Turns a failure of an inference process into what a real server says of it. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const reason = OllamaError.is(error) ? error.details.reason : undefined;
  if (reason === "exited") {
    return new ApiError(500, "an error was encountered while running the model: unexpected EOF", { cause: error });
  }
  if (reason === "context" && OllamaError.is(error)) return contextOverflow(error.details);
  return new ApiError(reason === "grammar" || reason === "input" ? 400 : 500, message, { cause: error });
}

function contextOverflow(details: Record<string, unknown>): ApiError {
  const promptTokens = Number(details.promptTokenCount ?? 0);
  const numCtx = Number(details.numCtx ?? 0);
  const message = `request (${promptTokens} tokens) exceeds the available context size (${numCtx} tokens), try increasing it`;
  const type = "exceed_context_size_error";
  const body = { error: { code: 400, message, type, n_prompt_tokens: promptTokens, n_ctx: numCtx } };
  return new ApiError(400, JSON.stringify(body));
}

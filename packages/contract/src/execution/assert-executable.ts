import { OllamaError } from "../errors/ollama-error.js";
import type { ExecutionRequest } from "./executor.js";

const GENERATE_ONLY = ["suffix", "template", "raw"] as const;

/**
 * Refuses a request that no server could make sense of: a mistake in the program, not a failure of the run.
 * @throws OllamaError `INVALID_REQUEST`
 */
export function assertExecutable(request: ExecutionRequest): void {
  if (typeof request.model !== "string" || request.model === "") {
    throw new OllamaError("INVALID_REQUEST", "The request names no model. Set `model`.");
  }
  if (request.messages === undefined) return;
  if (request.prompt !== undefined) {
    throw new OllamaError("INVALID_REQUEST", "The request has both `prompt` and `messages`. Set one of the two.");
  }
  for (const field of GENERATE_ONLY) {
    if (request[field] === undefined) continue;
    throw new OllamaError("INVALID_REQUEST", `\`${field}\` goes with a prompt, not with messages. Leave it out.`);
  }
}

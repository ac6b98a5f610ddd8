import type { GenerateRequest } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";

/** Tokens at the beginning that survive cutting and shifting; a window must have room for more than those. */
export function keptTokens(request: Pick<GenerateRequest, "numKeep">, promptLength: number, numCtx: number): number {
  const keep = request.numKeep < 0 ? promptLength : request.numKeep;
  return Math.min(keep, promptLength, numCtx - 4);
}

/**
 * Makes a prompt fit the context window. Too long a prompt keeps its first `numKeep` tokens and, of the rest, as many of
 * the last ones as fill half of the room that is left, as Ollama does: 130 of 400 tokens in a window of 256.
 * @throws InferenceError `context` when the prompt is too long and must not be cut
 */
export function fitPrompt(prompt: number[], request: GenerateRequest, numCtx: number): number[] {
  if (prompt.length < numCtx) return prompt;
  if (!request.truncate) {
    throw new InferenceError(
      "context",
      `request (${prompt.length} tokens) exceeds the available context size (${numCtx} tokens), try increasing it`,
      { details: { promptTokenCount: prompt.length, numCtx } },
    );
  }
  const keep = keptTokens(request, prompt.length, numCtx);
  const last = (numCtx - keep) >> 1;
  return [...prompt.slice(0, keep), ...prompt.slice(-last)];
}

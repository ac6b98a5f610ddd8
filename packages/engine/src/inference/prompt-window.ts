import { InferenceError } from "./inference-error.js";

/** Room that `numKeep` must leave in the window for other tokens. */
const LEAST_ROOM = 4;

/** What decides how a prompt is cut. */
export interface WindowOptions {
  numCtx: number;
  /** Tokens at the beginning that survive cutting and shifting; negative is the whole prompt. */
  numKeep: number;
  /** `false` makes an over-long prompt an error. */
  truncate: boolean;
  /** The model's begin token: where a prompt has it, it is kept beside the others. */
  beginToken: number | undefined;
}

/** How many tokens at the beginning of a prompt survive cutting and shifting. */
export function keptTokens(prompt: readonly number[], options: WindowOptions): number {
  const begin = options.beginToken !== undefined && prompt[0] === options.beginToken ? 1 : 0;
  const keep = options.numKeep < 0 ? prompt.length : options.numKeep + begin;
  return Math.min(keep, prompt.length, options.numCtx - LEAST_ROOM);
}

/**
 * Makes a prompt fit the context window. Too long a prompt keeps its first `numKeep` tokens and, of the rest, as many of
 * the last ones as fill half of the room that is left, as Ollama does: 130 of 400 tokens in a window of 256.
 * @throws InferenceError `context` when the prompt is too long and must not be cut
 */
export function fitPrompt(prompt: number[], options: WindowOptions): number[] {
  const { numCtx } = options;
  if (prompt.length < numCtx) return prompt;
  if (!options.truncate) {
    throw new InferenceError(
      "context",
      `request (${prompt.length} tokens) exceeds the available context size (${numCtx} tokens), try increasing it`,
      { details: { promptTokenCount: prompt.length, numCtx } },
    );
  }
  const keep = keptTokens(prompt, options);
  const last = (numCtx - keep) >> 1;
  return [...prompt.slice(0, keep), ...prompt.slice(-last)];
}

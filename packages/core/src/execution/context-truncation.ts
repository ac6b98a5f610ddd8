import type { ExecutionRequest } from "@codo/ollama-contract";
import type { ExecutorReplyLine } from "../wire/executor-client.js";

/**
 * Whether the server silently dropped a part of the prompt. The wire has no field for it, so it is derived from counts:
 *
 * - generate's `context` holds the whole prompt and the answer, also where only a part was evaluated. A cut keeps
 *   about half of the context window, so that the excess is as large as what was kept; less is re-tokenisation.
 * - a prompt has at least as many tokens as words. Fewer evaluated tokens than words means that some were dropped.
 * - `truncate: false` was sent, and no count speaks against it: an over-long prompt is then an error. A server that
 *   does not know the field cuts all the same, so that the counts have the first word.
 *
 * @returns `undefined` where that is unknown
 */
export function detectContextTruncation(request: ExecutionRequest, last: ExecutorReplyLine): boolean | undefined {
  const promptTokens = last.prompt_eval_count;
  if (promptTokens === undefined) return undefined;
  if (last.context !== undefined) {
    const excess = last.context.length - (last.eval_count ?? 0) - promptTokens;
    return excess > Math.max(4, promptTokens / 4);
  }
  if (countWords(request) > promptTokens) return true;
  return request.truncate === false ? false : undefined;
}

function countWords(request: ExecutionRequest): number {
  const texts: unknown[] = request.messages?.map((message) => message.content) ?? [request.prompt];
  return texts.reduce<number>((sum, text) => sum + wordsOf(text), 0);
}

/** A message that only calls tools may have no content at all. */
function wordsOf(text: unknown): number {
  return typeof text === "string" ? (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0) : 0;
}

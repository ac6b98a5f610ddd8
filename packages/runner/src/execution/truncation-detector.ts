import { type ExecutionRequest, type ModelExecutionResult, OllamaError } from "@codo/ollama-contract";
import { LEAST_WINDOW, mostTokens, mostTokensOf } from "../tokens/most-tokens.js";
import type { TokenCounter } from "../tokens/token-counter.js";
import { bytesOf, countableOf, type TokenEstimator } from "../tokens/token-estimator.js";
import { looksCut } from "../window/cut-sign.js";
import type { WindowLookup } from "../window/window-lookup.js";

/** Fewer prompt tokens than this share of the estimate are suspicious. */
const SUSPICIOUS = 0.7;
/** UTF-8 bytes for one token that no tokenizer reaches over a whole prompt. */
const IMPOSSIBLE_BYTES_PER_TOKEN = 12;

/** Whether the server silently dropped a part of the prompt, as far as counts show without asking. */
export type TruncationVerdict = "yes" | "no" | "suspicious" | "unknown";

/**
 * Judges by the number of tokens that the server read, the most that the prompt can have, and what a server leaves of
 * a prompt that it cuts.
 * @param window the context window of the call, where it is known
 */
export function judgeTruncation(
  request: ExecutionRequest,
  result: ModelExecutionResult,
  { estimator, window }: { estimator: TokenEstimator; window?: number | undefined },
): TruncationVerdict {
  const known = result.metadata.contextTruncated;
  if (known === true) return "yes";
  // The server was only asked not to cut; one that does not know the word does so all the same.
  const isOnlyAsked = request.truncate === false;
  if (known === false && !isOnlyAsked) return "no";
  const read = result.metadata.usage.promptTokens;
  if (read === undefined || !result.success) return "unknown";
  if (mostTokens(request) <= (window ?? LEAST_WINDOW)) return "no";
  const input = countableOf(request);
  if (bytesOf(input) > read * IMPOSSIBLE_BYTES_PER_TOKEN) return "yes";
  if (window !== undefined && looksCut(read, window, request.options?.numKeep)) return "suspicious";
  if (isOnlyAsked) return window === undefined ? "unknown" : "no";
  if (window !== undefined && leavesRoomForAnyMessage(request, read, window)) return "no";
  const expected = estimator.estimate(request.model, input);
  // Without a window to hold it against, a small prompt is not worth a question.
  if (window === undefined && expected < LEAST_WINDOW * SUSPICIOUS) return "unknown";
  if (!estimator.isCalibrated(request.model, input)) return "suspicious";
  return read < expected * SUSPICIOUS ? "suspicious" : "unknown";
}

/** Finds out whether the server dropped a part of a prompt. Where the counts leave a doubt the server is asked. */
export async function detectTruncation(
  request: ExecutionRequest,
  result: ModelExecutionResult,
  { estimator, counter, windows }: { estimator: TokenEstimator; counter: TokenCounter; windows: WindowLookup },
): Promise<boolean | undefined> {
  const early = judgeTruncation(request, result, { estimator });
  // A server that does not say what it read leaves nothing to compare the window with.
  const isMute = result.metadata.usage.promptTokens === undefined;
  const isDecided = early === "yes" || early === "no" || !result.success || isMute;
  const window = isDecided ? undefined : await windows.of(request);
  const verdict = isDecided ? early : judgeTruncation(request, result, { estimator, window });
  if (verdict === "unknown") return undefined;
  if (verdict !== "suspicious") return verdict === "yes";
  const read = result.metadata.usage.promptTokens ?? 0;
  try {
    const { logprobs, topLogprobs, resources, ...counted } = request;
    return (await counter.count(counted)) > read * 1.05;
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    return error.code === "CONTEXT_OVERFLOW" ? true : undefined;
  }
}

/**
 * Of several messages a server drops whole ones, from the oldest, until the rest fits: where the largest one would
 * have fitted beside what was read, none can be missing.
 */
function leavesRoomForAnyMessage({ messages = [] }: ExecutionRequest, read: number, window: number): boolean {
  const largest = Math.max(...messages.map((message) => mostTokensOf([message])));
  return messages.length > 1 && read + largest <= window;
}

import { type ExecutionRequest, type ModelExecutionResult, OllamaError } from "@codo/ollama-contract";
import type { TokenCounter } from "../tokens/token-counter.js";
import { bytesOf, countableOf, type TokenEstimator } from "../tokens/token-estimator.js";

/** The smallest context window that a server runs. Source: Ollama 0.33. */
const LEAST_CONTEXT = 256;
/** Fewer prompt tokens than this share of the estimate are suspicious. */
const SUSPICIOUS = 0.7;
/** UTF-8 bytes for one token that no tokenizer reaches over a whole prompt. */
const IMPOSSIBLE_BYTES_PER_TOKEN = 12;

/** Whether the server silently dropped a part of the prompt, as far as counts tell without asking. */
export type TruncationVerdict = "yes" | "no" | "suspicious" | "unknown";

/** Judges by the number of tokens that the server read and the number that the prompt should have. */
export function judgeTruncation(
  request: ExecutionRequest,
  result: ModelExecutionResult,
  estimator: TokenEstimator,
): TruncationVerdict {
  const known = result.metadata.contextTruncated;
  if (known !== undefined) return known ? "yes" : "no";
  const read = result.metadata.usage.promptTokens;
  if (read === undefined || !result.success) return "unknown";
  if (request.truncate === false) return "no";
  const input = countableOf(request);
  const expected = estimator.estimate(request.model, input);
  const numCtx = request.options?.numCtx;
  const window = typeof numCtx === "number" ? Math.max(numCtx, LEAST_CONTEXT) : LEAST_CONTEXT;
  if (expected < window * SUSPICIOUS) return "no";
  if (bytesOf(input) > read * IMPOSSIBLE_BYTES_PER_TOKEN) return "yes";
  return read < expected * SUSPICIOUS ? "suspicious" : "unknown";
}

/**
 * Tells whether the server dropped a part of a prompt. Where the counts leave a doubt the server is asked to read the
 * prompt without cutting it, which it refuses when it is too long.
 */
export async function detectTruncation(
  request: ExecutionRequest,
  result: ModelExecutionResult,
  { estimator, counter }: { estimator: TokenEstimator; counter: TokenCounter },
): Promise<boolean | undefined> {
  const verdict = judgeTruncation(request, result, estimator);
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

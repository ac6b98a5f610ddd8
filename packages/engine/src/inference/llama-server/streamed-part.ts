import type { GenerateEvent, TokenLogprob } from "../inference-contract.js";

/** A candidate as llama-server reports it. */
interface Candidate {
  token: string;
  bytes: number[];
  logprob: number;
}

/** One event of `/completion`. */
export interface StreamedPart {
  content?: string;
  tokens?: number[];
  stop?: boolean;
  stop_type?: "none" | "eos" | "word" | "limit";
  tokens_predicted?: number;
  /** Tokens of the prompt, images included. */
  tokens_evaluated?: number;
  completion_probabilities?: (Candidate & { top_logprobs?: Candidate[] })[];
  timings?: { cache_n?: number; prompt_ms?: number; predicted_ms?: number };
  error?: { message: string };
}

/** What has come of an answer, as the engine reports it. */
export function toToken(part: StreamedPart, topLogprobs: number | undefined): GenerateEvent {
  const text = part.content ?? "";
  if (topLogprobs === undefined) return { type: "token", text };
  const logprobs = (part.completion_probabilities ?? []).map((candidate) => ({
    ...toLogprob(candidate),
    ...(topLogprobs > 0 && { topLogprobs: (candidate.top_logprobs ?? []).map(toLogprob) }),
  }));
  return { type: "token", text, logprobs };
}

/** The end of an answer. */
export function toEnd(
  { stop_type: stopType, tokens_predicted: predicted, timings = {} }: StreamedPart,
  { promptCount, tokens, isEndless }: { promptCount: number; tokens: number[]; isEndless: boolean },
): GenerateEvent {
  return {
    type: "done",
    reason: isEndless ? "repeat" : stopType === "limit" ? "length" : "stop",
    promptCount,
    cachedCount: timings.cache_n ?? 0,
    promptNs: Math.round((timings.prompt_ms ?? 0) * 1e6),
    evalCount: predicted ?? tokens.length,
    evalNs: Math.max(1000, Math.round((timings.predicted_ms ?? 0) * 1e6)),
    // The token that ended the answer is counted, but no part of what a next request may go on from.
    tokens: stopType === "eos" && tokens.length === predicted ? tokens.slice(0, -1) : tokens,
  };
}

function toLogprob({ token, bytes, logprob }: Candidate): TokenLogprob {
  return { token, bytes, logprob };
}

import type { GenerateRequest } from "../inference-contract.js";
import type { MediaPrompt } from "./media-prompt.js";

/** llama.cpp's `COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN_FULL`: what its first group matches, the grammar has to allow. */
const WHOLE_PATTERN = 3;

/** A generation as `/completion` of llama-server asks for it. */
export function completionBody(
  request: GenerateRequest,
  { prompt, numCtx }: { prompt: readonly number[] | MediaPrompt; numCtx: number },
): Record<string, unknown> {
  const { sampling, numPredict, stop, topLogprobs } = request;
  // Without shifting, the end of the window is the end of the answer; with images the server itself sees to that.
  const room = request.shift || !("length" in prompt) ? -1 : numCtx - prompt.length;
  const limits = [numPredict, room].filter((limit) => limit > 0);
  return {
    prompt,
    stream: true,
    cache_prompt: true,
    return_tokens: true,
    n_predict: limits.length === 0 ? -1 : Math.min(...limits),
    n_keep: request.numKeep,
    stop,
    temperature: Math.max(0, sampling.temperature),
    top_k: sampling.topK,
    top_p: sampling.topP,
    min_p: sampling.minP,
    typical_p: sampling.typicalP,
    repeat_last_n: sampling.repeatLastN,
    repeat_penalty: sampling.repeatPenalty,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    seed: sampling.seed,
    ...(topLogprobs !== undefined && { n_probs: Math.max(1, topLogprobs) }),
    ...grammarFields(request),
  };
}

function grammarFields({ grammar, grammarAfter }: GenerateRequest): Record<string, unknown> {
  if (grammar === undefined) return {};
  if (!grammarAfter) return { grammar };
  const value = `[\\s\\S]*?${grammarAfter.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}([\\s\\S]*)`;
  return { grammar, grammar_lazy: true, grammar_triggers: [{ type: WHOLE_PATTERN, value }] };
}

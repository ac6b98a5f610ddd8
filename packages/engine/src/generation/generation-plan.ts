import { ApiError } from "../http/api-error.js";
import type { SamplingOptions } from "../inference/inference-contract.js";
import type { LoadPlan } from "../scheduling/loaded-model.js";
import type { LocalModel } from "../store/local-model.js";
import type { ModelOptions } from "./model-options.js";

const LIMIT_PER_CONTEXT = 10;
const MOST_LOGPROBS = 20;

/** How a model has to be loaded for a request. */
export function loadPlan(model: LocalModel, options: ModelOptions, defaultContextLength: number): LoadPlan {
  const { contextLength } = model.facts;
  const wanted = options.numCtx ?? defaultContextLength;
  const { numBatch, numThread, useMmap } = options;
  return {
    numCtx: Math.max(1, contextLength > 0 ? Math.min(wanted, contextLength) : wanted),
    ...(numBatch !== undefined && numBatch > 0 && { numBatch }),
    ...(numThread !== undefined && numThread > 0 && { numThread }),
    ...(useMmap !== undefined && { useMmap }),
  };
}

/** The sampling part of a request's options. */
export function samplingOptions(options: ModelOptions): SamplingOptions {
  const { temperature, topK, topP, minP, typicalP, repeatLastN } = options;
  const { repeatPenalty, presencePenalty, frequencyPenalty, seed } = options;
  return {
    temperature,
    topK,
    topP,
    minP,
    typicalP,
    repeatLastN,
    repeatPenalty,
    presencePenalty,
    frequencyPenalty,
    seed,
  };
}

/** Most tokens to generate: without a limit of the request's own, ten times the context window. */
export function tokenLimit({ numPredict }: ModelOptions, { numCtx }: LoadPlan): number {
  return numPredict > 0 ? numPredict : LIMIT_PER_CONTEXT * numCtx;
}

/** Candidates to give with each token; `undefined` is no log-probabilities. @throws ApiError (400) */
export function logprobCount(request: { logprobs?: boolean; top_logprobs?: number }): number | undefined {
  const count = request.top_logprobs ?? 0;
  if (count < 0 || count > MOST_LOGPROBS) throw new ApiError(400, "top_logprobs must be between 0 and 20");
  return request.logprobs === true ? count : undefined;
}

import type {
  ChatMessage,
  ExecutionRequest,
  ExecutionResources,
  ExecutionTimings,
  ExecutionUsage,
  ModelExecutionResult,
  OllamaError,
} from "@codo/ollama-contract";
import { promptOf } from "@codo/ollama-contract/executor-kit";
import { definedFields } from "../objects/defined-fields.js";
import type { ExecutorReplyLine } from "../wire/executor-client.js";
import { detectContextTruncation } from "./context-truncation.js";
import type { ReplyCollector } from "./reply-collector.js";
import type { WireExecution } from "./wire-request.js";

/** What is known of an execution at its end. */
export interface ExecutionRecord {
  id: string;
  createdAt: string;
  request: ExecutionRequest;
  wire: Pick<WireExecution, "api" | "options" | "warnings">;
  reply: ReplyCollector;
  /** Both by the same monotonic clock, in milliseconds. */
  startedAtMs: number;
  endedAtMs: number;
  digest?: string | undefined;
  resources?: ExecutionResources | undefined;
  error?: OllamaError | undefined;
}

/** The server leaves this where it measured no decoding (an answer of one token). In nanoseconds. */
const DECODE_TIME_PLACEHOLDER_NS = 1000;

/** Makes the result of an execution, finished or failed. */
export function buildResult(record: ExecutionRecord): ModelExecutionResult {
  const { request, wire, reply, error } = record;
  const last = reply.last ?? {};
  const usage = usageOf(last);
  const contextTruncated = detectContextTruncation(request, last);
  const { text, thinking } = reply;
  const doneReason = reply.last === undefined ? null : (last.done_reason ?? null);
  const tokensPerSecond = decodeRate(last);
  return {
    schemaVersion: 1,
    id: record.id,
    modelName: request.model,
    prompt: promptOf(request),
    response: text,
    executionTime: (record.endedAtMs - record.startedAtMs) / 1000,
    ...definedFields({ tokensUsed: sumTokens(usage) }),
    success: error === undefined,
    ...definedFields({ errorMessage: error?.message }),
    metadata: {
      createdAt: record.createdAt,
      api: wire.api,
      doneReason,
      truncated: doneReason === "length",
      ...definedFields({ contextTruncated }),
      usage,
      timings: timingsOf(last, record),
      ...definedFields({
        tokensPerSecond,
        thinking: thinking === "" ? undefined : thinking,
        toolCalls: reply.toolCalls.length === 0 ? undefined : reply.toolCalls,
        messages: request.messages?.map(withoutImageData),
        system: request.system,
        logprobs: reply.logprobs.length === 0 ? undefined : reply.logprobs,
      }),
      options: wire.options,
      model: { ...definedFields({ digest: record.digest }) },
      ...definedFields({
        resources: record.resources,
        warnings: wire.warnings.length === 0 ? undefined : wire.warnings,
        error: error === undefined ? undefined : errorData(error),
      }),
    },
  };
}

function usageOf(last: ExecutorReplyLine): ExecutionUsage {
  return definedFields({
    promptTokens: last.prompt_eval_count,
    completionTokens: last.eval_count,
    cachedTokens: last.prompt_eval_cached_count,
  });
}

function sumTokens({ promptTokens, completionTokens }: ExecutionUsage): number | undefined {
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  return (promptTokens ?? 0) + (completionTokens ?? 0);
}

function timingsOf(last: ExecutorReplyLine, { reply }: ExecutionRecord): ExecutionTimings {
  return definedFields({
    totalMs: toMs(last.total_duration),
    loadMs: toMs(last.load_duration),
    promptEvalMs: toMs(last.prompt_eval_duration),
    evalMs: toMs(last.eval_duration),
    ttftMs: reply.firstContentAtMs,
  });
}

function decodeRate({ eval_count: count, eval_duration: duration }: ExecutorReplyLine): number | undefined {
  if (count === undefined || duration === undefined || duration <= DECODE_TIME_PLACEHOLDER_NS) return undefined;
  return count / (duration / 1e9);
}

function toMs(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined ? undefined : nanoseconds / 1e6;
}

function errorData(error: OllamaError): { code: OllamaError["code"]; retryable: boolean; [key: string]: unknown } {
  // The partial text is the result's `response`; twice would only make records larger.
  const { partial: _partial, ...details } = error.details;
  const { code, retryable, advice } = error;
  return { code, retryable, ...definedFields({ advice }), ...(Object.keys(details).length > 0 ? { details } : {}) };
}

/** Results are kept and listed by the thousand: they say that there was an image, and how large, and leave it out. */
function withoutImageData(message: ChatMessage): ChatMessage {
  if (message.images === undefined) return message;
  return { ...message, images: message.images.map((image) => `[image, ${image.length} ${imageUnit(image)}]`) };
}

function imageUnit(image: string | Uint8Array): string {
  return typeof image === "string" ? "characters of base64" : "bytes";
}

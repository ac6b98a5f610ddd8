import { hash } from "node:crypto";
import type {
  ExecutionEvent,
  ExecutionRequest,
  ModelExecutionResult,
  ModelExecutor,
  OllamaErrorCode,
  ToolCall,
} from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import type { Clock } from "../clock/clock.js";
import type { ErrorKind, RequestRecord, ServerFields } from "./request-record.js";

/** Where a request stands in its run. */
export type RequestPlace = Pick<
  RequestRecord,
  "model" | "scenarioId" | "trial" | "phase" | "index" | "promptIndex" | "scheduledMs"
>;

/** A measured request and what the model said. */
export interface MeasuredRequest {
  record: RequestRecord;
  text: string;
  toolCalls: ToolCall[];
}

/** Sends one request and measures it by the chunks as they arrive. Failures are measurements too: nothing is thrown but an abort. */
export async function measureRequest(
  executor: ModelExecutor,
  request: ExecutionRequest,
  place: RequestPlace,
  clock: Clock,
): Promise<MeasuredRequest> {
  const sentMs = clock.nowMs();
  const chunkOffsetsMs: number[] = [];
  let firstOutput: number | undefined;
  let result: ModelExecutionResult | undefined;
  let thrown: unknown;
  const see = (event: ExecutionEvent): void => {
    if (event.type === "text" || event.type === "thinking" || event.type === "toolCall") {
      const offset = event.atMs ?? clock.nowMs() - sentMs;
      // Several parts of one line (text and a tool call) are one chunk.
      if (offset !== chunkOffsetsMs.at(-1)) chunkOffsetsMs.push(offset);
      if (event.type !== "thinking") firstOutput ??= offset;
    } else if (event.type === "end") {
      result = event.result;
    }
  };
  try {
    const handle = executor.execute(request);
    if (handle.each === undefined) for await (const event of handle) see(event);
    else await handle.each(see);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    thrown = error;
  }
  // The executor's clock starts when the request is written; what lies before is starting a server, and not measured.
  const doneMs = result === undefined ? clock.nowMs() : sentMs + result.executionTime * 1000;
  const record: RequestRecord = {
    type: "request",
    ...place,
    sentMs,
    ...(chunkOffsetsMs[0] === undefined ? {} : { firstChunkMs: sentMs + chunkOffsetsMs[0] }),
    ...(firstOutput === undefined ? {} : { firstOutputMs: sentMs + firstOutput }),
    doneMs,
    chunkOffsetsMs,
    server: result === undefined ? {} : serverFields(result),
    doneReason: result?.metadata.doneReason ?? null,
    outputChars: result?.response.length ?? 0,
    ...(result?.success ? { outputHash: hashOutput(result) } : {}),
    ...errorOf(result, thrown),
  };
  return { record, text: result?.response ?? "", toolCalls: result?.metadata.toolCalls ?? [] };
}

/** The server's fields, back in its own unit. */
function serverFields({ metadata: { usage, timings } }: ModelExecutionResult): ServerFields {
  const nanoseconds = (ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : Math.round(ms * 1e6);
  const fields: ServerFields = {};
  const set = (name: keyof ServerFields, value: number | undefined): void => {
    if (value !== undefined) fields[name] = value;
  };
  set("total_duration", nanoseconds(timings.totalMs));
  set("load_duration", nanoseconds(timings.loadMs));
  set("prompt_eval_count", usage.promptTokens);
  set("prompt_eval_cached_count", usage.cachedTokens);
  set("prompt_eval_duration", nanoseconds(timings.promptEvalMs));
  set("eval_count", usage.completionTokens);
  set("eval_duration", nanoseconds(timings.evalMs));
  return fields;
}

function hashOutput({ response, metadata }: ModelExecutionResult): string {
  const calls = (metadata.toolCalls ?? []).map((call) => call.function);
  return hash("sha256", JSON.stringify([response, metadata.thinking ?? "", calls])).slice(0, 16);
}

function errorOf(result: ModelExecutionResult | undefined, thrown: unknown): Pick<RequestRecord, "error"> {
  if (result?.success) return {};
  const code = result?.metadata.error?.code ?? (OllamaError.is(thrown) ? thrown.code : "SERVER_ERROR");
  const message =
    result?.errorMessage ?? (thrown instanceof Error ? thrown.message : "The request ended without a result.");
  return { error: { kind: kindOf(code, (result?.metadata.timings.ttftMs ?? undefined) !== undefined), code, message } };
}

function kindOf(code: OllamaErrorCode, hadContent: boolean): ErrorKind {
  if (code.startsWith("TIMEOUT_")) return "timeout";
  if (code === "STREAM_INCOMPLETE") return "no-done";
  if (code === "SERVER_UNAVAILABLE" || code === "CONNECTION_LOST") return "connection";
  return code === "STREAM_CORRUPT" || hadContent ? "stream" : "http";
}

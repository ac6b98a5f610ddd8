import { createHash } from "node:crypto";
import { type EmbeddingRequest, type ModelExecutor, OllamaError } from "@codo/ollama-contract";
import type { Clock } from "../clock/clock.js";
import type { MeasuredRequest, RequestPlace } from "./measure-request.js";

/** Sends one embedding request and measures it from end to end: it has no first token. */
export async function measureEmbedding(
  executor: ModelExecutor,
  request: EmbeddingRequest,
  place: RequestPlace,
  clock: Clock,
): Promise<MeasuredRequest> {
  const sentMs = clock.nowMs();
  const base = { type: "request", ...place, sentMs, chunkOffsetsMs: [], doneReason: null, outputChars: 0 } as const;
  try {
    const { embeddings, promptTokens } = await executor.embed(request);
    const doneMs = clock.nowMs();
    const outputHash = createHash("sha256").update(JSON.stringify(embeddings)).digest("hex").slice(0, 16);
    const server = promptTokens === undefined ? {} : { prompt_eval_count: promptTokens };
    return { record: { ...base, chunkOffsetsMs: [], doneMs, server, outputHash }, text: "", toolCalls: [] };
  } catch (error) {
    if (request.signal?.aborted) throw error;
    const code = OllamaError.is(error) ? error.code : "SERVER_ERROR";
    const kind = code.startsWith("TIMEOUT_")
      ? "timeout"
      : code === "SERVER_UNAVAILABLE" || code === "CONNECTION_LOST"
        ? "connection"
        : "http";
    const message = error instanceof Error ? error.message : String(error);
    return {
      record: { ...base, chunkOffsetsMs: [], doneMs: clock.nowMs(), server: {}, error: { kind, code, message } },
      text: "",
      toolCalls: [],
    };
  }
}

import { type Meter, SpanKind } from "@opentelemetry/api";
import { durationHistogram, genAiAttributes, genAiOperation, usageAttributes, withErrorType } from "./conventions.js";
import type { SpanWriter } from "./span-keeper.js";

/** Requests that the embedded engine serves in this process. */
export function engineSpans(meter: Meter): SpanWriter {
  const duration = durationHistogram(
    meter,
    "gen_ai.server.request.duration",
    "Duration of a served request, loading and waiting included",
  );
  const firstToken = durationHistogram(
    meter,
    "gen_ai.server.time_to_first_token",
    "Time from a request's arrival to the first token of its answer",
  );
  return {
    kind: SpanKind.SERVER,
    nameOf: (start) => `${genAiOperation(start)} ${start.model ?? ""}`.trim(),
    attributesOf: genAiAttributes,
    endAttributes: usageAttributes,
    onFirstToken: (start, { ttftMs = 0 }) => firstToken.record(ttftMs / 1000, genAiAttributes(start)),
    onEnd: (start, { durationMs = 0 }, errorType) =>
      duration.record(durationMs / 1000, withErrorType(genAiAttributes(start), errorType)),
  };
}

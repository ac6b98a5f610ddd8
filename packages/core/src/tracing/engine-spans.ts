import type { Meter } from "@opentelemetry/api";
import { DURATION_BUCKETS, genAiAttributes, genAiOperation, usageAttributes } from "./conventions.js";
import { SpanKind, type SpanWriter } from "./span-keeper.js";

/** Requests that the embedded engine serves in this process. */
export function engineSpans(meter: Meter): SpanWriter {
  const duration = meter.createHistogram("gen_ai.server.request.duration", {
    unit: "s",
    description: "Duration of a served request, loading and waiting included",
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  const firstToken = meter.createHistogram("gen_ai.server.time_to_first_token", {
    unit: "s",
    description: "Time from a request's arrival to the first token of its answer",
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  return {
    kind: SpanKind.SERVER,
    nameOf: (start) => `${genAiOperation(start)} ${start.model ?? ""}`.trim(),
    attributesOf: genAiAttributes,
    endAttributes: usageAttributes,
    onFirstToken: (start, { ttftMs = 0 }) => firstToken.record(ttftMs / 1000, genAiAttributes(start)),
    onEnd: (start, { durationMs = 0 }, errorType) => {
      const attributes = genAiAttributes(start);
      duration.record(
        durationMs / 1000,
        errorType === undefined ? attributes : { ...attributes, "error.type": errorType },
      );
    },
  };
}

import { type Meter, SpanKind } from "@opentelemetry/api";
import {
  durationHistogram,
  genAiAttributes,
  genAiOperation,
  optionAttributes,
  serverAttributes,
  TOKEN_BUCKETS,
  usageAttributes,
  withErrorType,
} from "./conventions.js";
import type { SpanWriter } from "./span-keeper.js";

/** Requests of executors and managers, seen from the client. */
export function requestSpans(meter: Meter): SpanWriter {
  const duration = durationHistogram(meter, "gen_ai.client.operation.duration", "Duration of a call of a model");
  const tokens = meter.createHistogram("gen_ai.client.token.usage", {
    unit: "{token}",
    description: "Tokens of a call, read and written",
    advice: { explicitBucketBoundaries: TOKEN_BUCKETS },
  });
  const firstToken = durationHistogram(
    meter,
    "gen_ai.client.operation.time_to_first_chunk",
    "Time from the request to the first content, thinking or tool call",
  );
  return {
    kind: SpanKind.CLIENT,
    nameOf: (start) => [genAiOperation(start) ?? start.operation, start.model].filter(Boolean).join(" "),
    attributesOf: genAiAttributes,
    endAttributes: (end) => ({
      ...usageAttributes(end),
      ...optionAttributes(end.options),
      ...serverAttributes(end.host),
      "gen_ai.response.id": end.id,
    }),
    onFirstToken: (start, { ttftMs = 0 }) => firstToken.record(ttftMs / 1000, genAiAttributes(start)),
    onEnd: (start, end, errorType) => {
      if (genAiOperation(start) === undefined) return;
      const attributes = { ...genAiAttributes(start), ...serverAttributes(end.host) };
      const { durationMs = 0, promptTokens, completionTokens } = end;
      duration.record(durationMs / 1000, withErrorType(attributes, errorType));
      if (promptTokens !== undefined) tokens.record(promptTokens, { ...attributes, "gen_ai.token.type": "input" });
      if (completionTokens !== undefined)
        tokens.record(completionTokens, { ...attributes, "gen_ai.token.type": "output" });
    },
  };
}

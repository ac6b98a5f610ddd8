import { SpanKind } from "@opentelemetry/api";
import { definedFields } from "../objects/defined-fields.js";
import type { SpanWriter } from "./span-keeper.js";

/** Batches; the conventions have no name for them. */
export function batchSpans(): SpanWriter {
  return {
    kind: SpanKind.INTERNAL,
    nameOf: ({ model }) => `batch ${model}`,
    attributesOf: ({ model }) => definedFields({ "gen_ai.provider.name": "ollama", "gen_ai.request.model": model }),
    endAttributes: ({ total, succeeded, failed, restored, tokensUsed }) =>
      definedFields({
        "codo.batch.total": total,
        "codo.batch.succeeded": succeeded,
        "codo.batch.failed": failed,
        "codo.batch.restored": restored,
        "codo.batch.tokens": tokensUsed,
      }),
  };
}

import type { BenchReport } from "@codo/ollama-bench";
import { OllamaError, type OllamaErrorCode } from "@codo/ollama-core";

/** The error of a measurement in which no request to a model succeeded: its numbers measure nothing. */
export function nothingMeasured({ aggregates }: BenchReport): OllamaError | undefined {
  for (const model of new Set(aggregates.map((aggregate) => aggregate.model))) {
    const ofModel = aggregates.filter((aggregate) => aggregate.model === model);
    const attempted = ofModel.reduce((sum, { counts }) => sum + counts.attempted, 0);
    const [first] = ofModel.flatMap(({ errors }) => errors);
    if (first === undefined || attempted === 0 || ofModel.some(({ counts }) => counts.ok > 0)) continue;
    const message = `Nothing was measured of ${model}: all of its ${attempted} requests failed, the most with: ${first.message}`;
    return new OllamaError(first.code as OllamaErrorCode, message, { details: { model } });
  }
  return undefined;
}

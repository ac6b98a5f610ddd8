import { OllamaError } from "@codo/ollama-contract";
import type { RequestRecord } from "../measure/request-record.js";
import { type Comparator, compareBy } from "./comparator.js";
import { METRICS, type MetricName } from "./metric-definitions.js";
import { type MetricContext, requestMetrics } from "./request-metrics.js";

/** A bound that each request has to keep to be good, such as `ttft_ms <= 800`. */
export interface RequestObjective {
  metric: MetricName;
  comparator: Comparator;
  bound: number;
}

const FORM = /^\s*([a-z_0-9]+)\s*(<=|>=|<|>)\s*([0-9.]+(?:e-?\d+)?)\s*$/i;

/** Reads `metric <= number`. @throws OllamaError `INVALID_CONFIG` */
export function parseRequestObjective(text: string): RequestObjective {
  const [, metric, comparator, bound] = FORM.exec(text) ?? [];
  if (metric === undefined || !(metric in METRICS) || METRICS[metric as MetricName].per !== "request") {
    const known = Object.entries(METRICS)
      .filter(([, { per }]) => per === "request")
      .map(([name]) => name);
    throw new OllamaError(
      "INVALID_CONFIG",
      `"${text}" is not a request objective. Write a metric, a comparison and a number, such as "ttft_ms <= 800"; the metrics are ${known.join(", ")}.`,
    );
  }
  return { metric: metric as MetricName, comparator: comparator as Comparator, bound: Number(bound) };
}

/** Whether a request kept every objective; a failed one, or one without the metric, did not. */
export function meetsObjectives(
  record: RequestRecord,
  context: MetricContext & { objectives: readonly RequestObjective[] },
): boolean {
  if (record.error !== undefined) return false;
  // A first token has to be in time also where a cold start or a reload counts it under another name.
  const values = { ...requestMetrics(record, { ...context, state: "warm" }), ...requestMetrics(record, context) };
  return context.objectives.every(({ metric, comparator, bound }) => {
    const value = values[metric]?.[0];
    return value !== undefined && compareBy(comparator, value, bound);
  });
}

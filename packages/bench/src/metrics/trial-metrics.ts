import type { RequestRecord } from "../measure/request-record.js";
import { type Summary, summarize } from "../statistics/summary.js";
import { METRICS, type MetricDefinition, type MetricName } from "./metric-definitions.js";
import { type MetricContext, requestMetrics } from "./request-metrics.js";
import { meetsObjectives, type RequestObjective } from "./request-objective.js";

/** A metric in a report: what it is, and its sample in numbers. `null` where the sample is too small. */
export interface Metric extends Summary, Pick<MetricDefinition, "unit" | "better" | "source"> {}

/** Metrics by name; one that could not be measured is absent. */
export type Metrics = Partial<Record<MetricName, Metric>>;

/** How many requests there were, and how many failed. */
export interface Counts {
  attempted: number;
  ok: number;
  error: number;
}

/** What a trial came to. */
export interface TrialOutcome {
  counts: Counts;
  /** From the first request sent to the last one done, in milliseconds. */
  window: { startMs: number; endMs: number };
  metrics: Metrics;
}

/** Beside the requests: what the report knows of the trial. */
export interface TrialContext extends MetricContext {
  objectives: readonly RequestObjective[];
  gpuFraction?: number | undefined;
  /** Whether the same prompts come again with the same options, so that outputs may be compared. */
  repeatsPrompts: boolean;
}

/** Computes the metrics of a trial from its measured requests. */
export function trialMetrics(records: readonly RequestRecord[], context: TrialContext): TrialOutcome {
  const ok = records.filter((record) => record.error === undefined);
  const startMs = Math.min(...records.map((record) => record.sentMs));
  const endMs = Math.max(...records.map((record) => record.doneMs));
  const window = records.length === 0 ? { startMs: 0, endMs: 0 } : { startMs, endMs };
  return {
    counts: { attempted: records.length, ok: ok.length, error: records.length - ok.length },
    window,
    metrics: toMetrics({ ...pooled(ok, context), ...wholeTrial(records, ok, window, context) }),
  };
}

/** Summarises values by metric. */
export function toMetrics(values: Partial<Record<MetricName, number[]>>): Metrics {
  const metrics: Metrics = {};
  for (const [name, sample] of Object.entries(values) as [MetricName, number[]][]) {
    if (sample.length === 0) continue;
    const { unit, better, source } = METRICS[name];
    metrics[name] = { unit, better, source, ...summarize(sample) };
  }
  return metrics;
}

/** The values of all requests, by metric. */
export function pooled(ok: readonly RequestRecord[], context: MetricContext): Partial<Record<MetricName, number[]>> {
  const values: Partial<Record<MetricName, number[]>> = {};
  for (const record of ok) {
    for (const [name, sample] of Object.entries(requestMetrics(record, context)) as [MetricName, number[]][]) {
      const all = values[name] ?? [];
      for (const value of sample) all.push(value);
      values[name] = all;
    }
  }
  return values;
}

function wholeTrial(
  records: readonly RequestRecord[],
  ok: readonly RequestRecord[],
  window: TrialOutcome["window"],
  context: TrialContext,
): Partial<Record<MetricName, number[]>> {
  const seconds = (window.endMs - window.startMs) / 1000;
  if (records.length === 0 || seconds <= 0) return {};
  const sum = (pick: (record: RequestRecord) => number | undefined): number =>
    ok.reduce((total, record) => total + (pick(record) ?? 0), 0);
  const knowsCache = ok.some((record) => record.server.prompt_eval_cached_count !== undefined);
  const prompts = sum((record) => record.server.prompt_eval_count);
  const good = ok.filter((record) => meetsObjectives(record, context)).length;
  const determinism = context.repeatsPrompts ? shareOfMode(ok) : undefined;
  return {
    request_tps: [ok.length / seconds],
    output_tps: [sum((record) => record.server.eval_count) / seconds],
    error_rate: [(records.length - ok.length) / records.length],
    ...(context.objectives.length === 0
      ? {}
      : { slo_attainment: [good / records.length], goodput_rps: [good / seconds] }),
    ...(knowsCache && prompts > 0
      ? { cache_hit_ratio: [sum((record) => record.server.prompt_eval_cached_count) / prompts] }
      : {}),
    ...(context.gpuFraction === undefined ? {} : { gpu_fraction: [context.gpuFraction] }),
    ...(determinism === undefined ? {} : { determinism: [determinism] }),
  };
}

/** Share of requests whose output is the commonest one of their prompt; `undefined` when no prompt came twice. */
export function shareOfMode(records: readonly RequestRecord[]): number | undefined {
  const byPrompt = new Map<number, Map<string, number>>();
  for (const { promptIndex, outputHash } of records) {
    if (outputHash === undefined) continue;
    const hashes = byPrompt.get(promptIndex) ?? new Map<string, number>();
    hashes.set(outputHash, (hashes.get(outputHash) ?? 0) + 1);
    byPrompt.set(promptIndex, hashes);
  }
  let repeats = 0;
  let mode = 0;
  for (const hashes of byPrompt.values()) {
    const counts = [...hashes.values()];
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total < 2) continue;
    repeats += total;
    mode += Math.max(...counts);
  }
  return repeats === 0 ? undefined : mode / repeats;
}

/** What a metric is measured in, which way is better, and whose clock it is. */
export interface MetricDefinition {
  unit: "ms" | "tokens/s" | "requests/s" | "ratio";
  better: "lower" | "higher";
  source: "client" | "server";
  /** Whether each request has a value (a distribution), or only a whole trial. */
  per: "request" | "chunk" | "trial";
  description: string;
}

/** The name of a metric. */
export type MetricName =
  | "ttft_ms"
  | "ttfo_ms"
  | "icl_ms"
  | "tpot_ms"
  | "e2e_ms"
  | "e2e_scheduled_ms"
  | "schedule_lag_ms"
  | "prefill_tps"
  | "decode_tps"
  | "decode_tps_reported"
  | "server_other_ms"
  | "transport_ms"
  | "cold_start_ms"
  | "reload_ms"
  | "request_tps"
  | "output_tps"
  | "error_rate"
  | "slo_attainment"
  | "goodput_rps"
  | "cache_hit_ratio"
  | "gpu_fraction"
  | "determinism";

/**
 * Every metric of a report. Definitions use `t0` request written, `ts` scheduled time, `P`, `C`, `E` prompt, cached and
 * generated tokens; durations named like `eval_duration` are the server's own.
 */
export const METRICS: Readonly<Record<MetricName, MetricDefinition>> = {
  ttft_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "request",
    description: "first chunk with content, thinking or a tool call − t0",
  },
  ttfo_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "request",
    description: "first chunk with content or a tool call − t0; thinking does not count",
  },
  icl_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "chunk",
    description: "gap between two non-empty chunks",
  },
  tpot_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "request",
    description: "(last chunk − first chunk) / (E − 1); by the server's decode clock where the chunks arrived together",
  },
  e2e_ms: { unit: "ms", better: "lower", source: "client", per: "request", description: "done − t0" },
  e2e_scheduled_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "request",
    description: "done − ts: includes waiting to be sent",
  },
  schedule_lag_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "request",
    description: "t0 − ts: how late the client itself was",
  },
  prefill_tps: {
    unit: "tokens/s",
    better: "higher",
    source: "server",
    per: "request",
    description: "(P − C) / prompt_eval_duration",
  },
  decode_tps: {
    unit: "tokens/s",
    better: "higher",
    source: "server",
    per: "request",
    description: "(E − 1) / eval_duration; E / eval_duration on safetensors",
  },
  decode_tps_reported: {
    unit: "tokens/s",
    better: "higher",
    source: "server",
    per: "request",
    description: "E / eval_duration, as other tools print it",
  },
  server_other_ms: {
    unit: "ms",
    better: "lower",
    source: "server",
    per: "request",
    description: "total − load − prompt_eval − eval: waiting inside the server",
  },
  transport_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "request",
    description: "e2e − total_duration: network and client",
  },
  cold_start_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "request",
    description: "TTFT of a request to a model that was confirmed not to be loaded",
  },
  reload_ms: {
    unit: "ms",
    better: "lower",
    source: "client",
    per: "request",
    description: "TTFT of a request whose load-time options differ from the loaded model's",
  },
  request_tps: {
    unit: "requests/s",
    better: "higher",
    source: "client",
    per: "trial",
    description: "successes per second of the window",
  },
  output_tps: {
    unit: "tokens/s",
    better: "higher",
    source: "client",
    per: "trial",
    description: "ΣE of successes per second of the window",
  },
  error_rate: { unit: "ratio", better: "lower", source: "client", per: "trial", description: "failed / attempted" },
  slo_attainment: {
    unit: "ratio",
    better: "higher",
    source: "client",
    per: "trial",
    description: "requests within every per-request objective / attempted",
  },
  goodput_rps: {
    unit: "requests/s",
    better: "higher",
    source: "client",
    per: "trial",
    description: "good requests per second of the window",
  },
  cache_hit_ratio: { unit: "ratio", better: "higher", source: "server", per: "trial", description: "ΣC / ΣP" },
  gpu_fraction: {
    unit: "ratio",
    better: "higher",
    source: "server",
    per: "trial",
    description: "size_vram / size of the loaded model",
  },
  determinism: {
    unit: "ratio",
    better: "higher",
    source: "client",
    per: "trial",
    description: "share of the runs of a prompt whose output equals the most common one",
  },
};

/** All metric names, in the order that reports show them. */
export const METRIC_NAMES: readonly MetricName[] = Object.keys(METRICS) as MetricName[];

/**
 * The family that verdicts are given for, corrected together: five trials against five give p ≥ 0.0079, so that six
 * comparisons at most can be significant after Holm's correction. Every other metric is exploratory.
 */
export const HEADLINE_METRICS: readonly MetricName[] = [
  "ttft_ms",
  "tpot_ms",
  "e2e_ms",
  "decode_tps",
  "output_tps",
  "error_rate",
];

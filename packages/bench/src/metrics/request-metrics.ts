import type { RequestRecord } from "../measure/request-record.js";
import { arrivedTogether, NOT_MEASURED_NS } from "./burst.js";
import type { MetricName } from "./metric-definitions.js";

/** What has to be known about a model and a scenario to read its requests right. */
export interface MetricContext {
  /** `details.format` of the model: decode clocks start differently for `safetensors` (MLX) and GGUF. */
  format?: string | undefined;
  /** Whether each prompt began with a nonce, so that nothing but the template can have come from the prompt cache. */
  cacheBusted: boolean;
  state: "warm" | "cold" | "reload";
}

/** The values of one successful request, for every metric that it has. `icl_ms` has one for each gap. */
export function requestMetrics(record: RequestRecord, context: MetricContext): Partial<Record<MetricName, number[]>> {
  const { server, sentMs, doneMs, chunkOffsetsMs: offsets } = record;
  const e2e = doneMs - sentMs;
  const ttft = record.firstChunkMs === undefined ? undefined : record.firstChunkMs - sentMs;
  const isFirstOfItsKind = context.state !== "warm";
  return present({
    ttft_ms: isFirstOfItsKind ? undefined : ttft,
    cold_start_ms: context.state === "cold" ? ttft : undefined,
    reload_ms: context.state === "reload" ? ttft : undefined,
    ttfo_ms: record.firstOutputMs === undefined || isFirstOfItsKind ? undefined : record.firstOutputMs - sentMs,
    tpot_ms: tpot(record, context),
    e2e_ms: e2e,
    e2e_scheduled_ms: doneMs - record.scheduledMs,
    schedule_lag_ms: sentMs - record.scheduledMs,
    prefill_tps: prefillRate(record, context),
    decode_tps: decodeRate(server.eval_count, server.eval_duration, untimedTokens(context)),
    decode_tps_reported: decodeRate(server.eval_count, server.eval_duration, 0),
    server_other_ms: serverOther(record),
    transport_ms: server.total_duration === undefined ? undefined : e2e - server.total_duration / 1e6,
    icl_ms: offsets.slice(1).map((offset, index) => offset - (offsets[index] ?? offset)),
  });
}

/** By the arrival of the chunks; where these came together by the server's clock, and where it has none not at all. */
function tpot(record: RequestRecord, context: MetricContext): number | undefined {
  const { chunkOffsetsMs: offsets, server } = record;
  const { eval_count: generated, eval_duration: duration } = server;
  if (arrivedTogether(record)) {
    const rate = decodeRate(generated, duration, untimedTokens(context));
    return rate === undefined ? undefined : 1000 / rate;
  }
  const first = offsets[0];
  const last = offsets.at(-1);
  if (generated === undefined || generated < 2 || first === undefined || last === undefined || offsets.length < 2)
    return undefined;
  return (last - first) / (generated - 1);
}

/** Null unless the cached part is known or provably none: an inflated prefill rate is worse than none. */
function prefillRate({ server }: RequestRecord, { cacheBusted }: MetricContext): number | undefined {
  const { prompt_eval_count: prompt, prompt_eval_duration: duration } = server;
  const cached = server.prompt_eval_cached_count ?? (cacheBusted ? 0 : undefined);
  if (prompt === undefined || cached === undefined || duration === undefined || duration <= 0) return undefined;
  return prompt - cached <= 0 ? undefined : (prompt - cached) / (duration / 1e9);
}

/** Tokens that the server's decode clock leaves out: the first one, except with MLX. */
function untimedTokens({ format }: MetricContext): number {
  return format === "safetensors" ? 0 : 1;
}

function decodeRate(generated: number | undefined, duration: number | undefined, notTimed: number): number | undefined {
  // A server that measured no decoding (one token) leaves a microsecond behind.
  if (generated === undefined || duration === undefined || duration <= NOT_MEASURED_NS || generated - notTimed < 1)
    return undefined;
  return (generated - notTimed) / (duration / 1e9);
}

function serverOther({ server }: RequestRecord): number | undefined {
  if (server.total_duration === undefined) return undefined;
  const known = (server.load_duration ?? 0) + (server.prompt_eval_duration ?? 0) + (server.eval_duration ?? 0);
  return (server.total_duration - known) / 1e6;
}

function present(
  values: Partial<Record<MetricName, number | number[] | undefined>>,
): Partial<Record<MetricName, number[]>> {
  const kept: Partial<Record<MetricName, number[]>> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) kept[name as MetricName] = Array.isArray(value) ? value : [value];
  }
  return kept;
}

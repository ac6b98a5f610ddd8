import type { RequestRecord } from "../measure/request-record.js";
import { arrivedTogether, NOT_MEASURED_NS } from "../metrics/burst.js";
import type { MetricContext } from "../metrics/request-metrics.js";
import type { Scenario } from "../plan/scenario.js";
import { median } from "../statistics/percentile.js";
import { smallestSample } from "../statistics/quantile-interval.js";
import { outliers } from "../statistics/summary.js";
import type { BenchWarning, BenchWarningCode, TrialResult } from "./bench-report.js";
import { counted } from "./counted.js";

/** What the warnings of a model in a scenario are drawn from. */
export interface Measured {
  model: string;
  scenario: Scenario;
  results: readonly TrialResult[];
  /** Measured requests only. */
  records: readonly RequestRecord[];
  context: Pick<MetricContext, "cacheBusted">;
}

const CHUNKS_PER_TOKEN = 0.9;
const DRIFT = 0.1;
/** A warm model's `load_duration` is scheduler wait, a few milliseconds; past this it was really loaded. */
const RELOAD_NS = 150e6;
const PROMPT_TOLERANCE = 0.01;
const CLIENT_BUSY = 0.8;

/** What a reader should know before believing the numbers of one model in one scenario. */
export function warningsOf(measured: Measured): BenchWarning[] {
  const { model, scenario, records } = measured;
  const ok = records.filter((record) => record.error === undefined);
  const found: [BenchWarningCode, string | undefined][] = [
    ["errors", errorWarning(records)],
    ["sample-too-small", sampleWarning(ok)],
    ["cache-unknown", cacheWarning(ok, measured)],
    ["chunk-token-mismatch", chunkWarning(ok)],
    ["mixed-done-reasons", doneReasonWarning(ok)],
    ["reload-during-run", reloadWarning(ok, scenario)],
    ["prompt-size-off", promptSizeWarning(ok, scenario.prompt.tokens)],
    ["outliers", outlierWarning(ok)],
    ["drift", driftWarning(measured.results)],
    ["cpu-spill", spillWarning(measured.results)],
    ["client-saturated", saturationWarning(measured.results)],
  ];
  return found.flatMap(([code, message]) =>
    message === undefined ? [] : [{ code, message, model, scenarioId: scenario.id }],
  );
}

function errorWarning(records: readonly RequestRecord[]): string | undefined {
  const failed = records.filter((record) => record.error !== undefined);
  const [first] = failed;
  return first?.error === undefined
    ? undefined
    : `${failed.length} of ${counted(records.length, "request")} failed, the first with: ${first.error.message}`;
}

function sampleWarning(ok: readonly RequestRecord[]): string | undefined {
  const needed = (
    [
      [0.99, "p99"],
      [0.95, "p95"],
      [0.9, "p90"],
    ] as const
  ).filter(([p]) => ok.length < smallestSample(p));
  if (needed.length === 0) return undefined;
  const list = needed.map(([p, name]) => `${name} needs ${smallestSample(p)}`).join(", ");
  return `${counted(ok.length, "request")} ${ok.length === 1 ? "is" : "are"} too few for some percentiles (${list}): they are left out.`;
}

function cacheWarning(ok: readonly RequestRecord[], { scenario, context }: Measured): string | undefined {
  if (scenario.endpoint === "embed" || context.cacheBusted || ok.length === 0) return undefined;
  if (ok.some((record) => record.server.prompt_eval_cached_count !== undefined)) return undefined;
  if (scenario.prompt.sharedPrefixTokens !== undefined) {
    return "The server does not say how much of a prompt came from its cache: whether the shared prefix did shows in ttft_ms only.";
  }
  if (scenario.prompt.nonce) {
    return "The server does not say how much of a prompt came from its cache. The system prompt and the tools stand before the nonce and may have: there is no prefill rate, and TTFT may leave them out.";
  }
  return "The server does not say how much of a prompt came from its cache, and the prompts carry no nonce: there is no prefill rate, and TTFT may be that of a cached prompt. Set bustCache to measure uncached prompts.";
}

function chunkWarning(ok: readonly RequestRecord[]): string | undefined {
  const together = ok.filter(arrivedTogether);
  if (together.length > 0) return togetherWarning(together, ok.length);
  const chunks = ok.reduce((sum, record) => sum + record.chunkOffsetsMs.length, 0);
  const tokens = ok.reduce((sum, record) => sum + (record.server.eval_count ?? 0), 0);
  if (tokens === 0 || chunks / tokens >= CHUNKS_PER_TOKEN) return undefined;
  return `There were ${(chunks / tokens).toFixed(2)} chunks for each token: gaps between chunks say nothing of single tokens. Read tpot_ms, not icl_ms.`;
}

/** What the arrival of chunks does not show here, and which numbers do. */
function togetherWarning(together: readonly RequestRecord[], all: number): string {
  const isTimed = together.every(({ server }) => (server.eval_duration ?? 0) > NOT_MEASURED_NS);
  const tpot = isTimed
    ? "tpot_ms is by the server's clock there"
    : "tpot_ms is left out where the server gives no clock";
  return `In ${together.length} of ${all} answers the chunks arrived together: a proxy or the server held them back. ${tpot}; ttft_ms and ttfo_ms hold the decoding too, and icl_ms says nothing. Read decode_tps and e2e_ms.`;
}

function doneReasonWarning(ok: readonly RequestRecord[]): string | undefined {
  const reasons = new Map<string, number>();
  for (const { doneReason } of ok) if (doneReason !== null) reasons.set(doneReason, (reasons.get(doneReason) ?? 0) + 1);
  if (reasons.size < 2) return undefined;
  return `Answers ended differently (${[...reasons].map(([reason, count]) => `${count} by ${reason}`).join(", ")}): their lengths, and so their end-to-end times, are not alike.`;
}

function reloadWarning(ok: readonly RequestRecord[], { state }: Scenario): string | undefined {
  if (state !== "warm") return undefined;
  const reloads = ok.filter((record) => (record.server.load_duration ?? 0) > RELOAD_NS).length;
  return reloads === 0
    ? undefined
    : `The model seems to have been loaded again ${reloads} times during the measurement: another program, an expired keep-alive, or too little memory for all models at once.`;
}

function promptSizeWarning(ok: readonly RequestRecord[], target: number | undefined): string | undefined {
  if (target === undefined) return undefined;
  const off = ok.filter(
    ({ server }) => Math.abs((server.prompt_eval_count ?? target) - target) > target * PROMPT_TOLERANCE,
  );
  return off.length === 0
    ? undefined
    : `${counted(off.length, "prompt")} ${off.length === 1 ? "was" : "were"} not of ${target} tokens as the server counted them: the nonce changes their length with this tokenizer, or the context cut them.`;
}

function outlierWarning(ok: readonly RequestRecord[]): string | undefined {
  const found = outliers(ok.map((record) => record.doneMs - record.sentMs));
  return found.length === 0
    ? undefined
    : `${found.length} of ${ok.length} requests took unusually long or short; they are counted all the same.`;
}

function driftWarning(results: readonly TrialResult[]): string | undefined {
  const medians = results.flatMap((result) => result.metrics.e2e_ms?.p["50"] ?? []);
  if (medians.length < 4) return undefined;
  const half = Math.floor(medians.length / 2);
  const [early, late] = [median(medians.slice(0, half)), median(medians.slice(-half))];
  const change = (late - early) / early;
  return Math.abs(change) < DRIFT
    ? undefined
    : `End-to-end times moved by ${(change * 100).toFixed(0)} % from the first to the last trials: the machine warmed up, throttled, or had other work.`;
}

function spillWarning(results: readonly TrialResult[]): string | undefined {
  const spilled = results.find(
    ({ resources: { modelSizeBytes: size = 0, modelVramBytes: vram = 0 } }) => vram > 0 && vram < size,
  );
  if (spilled === undefined) return undefined;
  const share = (spilled.resources.modelVramBytes ?? 0) / (spilled.resources.modelSizeBytes ?? 1);
  return `Only ${(share * 100).toFixed(0)} % of the model is on the GPU; the rest runs on the CPU.`;
}

function saturationWarning(results: readonly TrialResult[]): string | undefined {
  const busiest = Math.max(
    0,
    ...results.map(
      ({ resources, window }) =>
        (resources.clientCpuSeconds ?? 0) / Math.max(0.001, (window.endMs - window.startMs) / 1000),
    ),
  );
  return busiest < CLIENT_BUSY
    ? undefined
    : `The measuring process itself used ${(busiest * 100).toFixed(0)} % of a core: at this rate it may be what limits.`;
}

import { OllamaError } from "@codo/ollama-contract";
import * as v from "valibot";
import type { BenchReport } from "./bench-report.js";

const nullableNumber = v.nullable(v.number());
const interval = v.nullable(v.tuple([v.number(), v.number()]));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const verdict = v.picklist(["better", "worse", "same", "inconclusive"]);

const metric = v.looseObject({
  unit: v.picklist(["ms", "tokens/s", "requests/s", "ratio"]),
  better: v.picklist(["lower", "higher"]),
  source: v.picklist(["client", "server"]),
  n: count,
  mean: nullableNumber,
  sd: nullableNumber,
  min: nullableNumber,
  max: nullableNumber,
  p: v.object({ "50": nullableNumber, "90": nullableNumber, "95": nullableNumber, "99": nullableNumber }),
  ci95: interval,
});

const measured = {
  model: v.string(),
  scenarioId: v.string(),
  counts: v.object({ attempted: count, ok: count, error: count }),
  errors: v.array(v.looseObject({ code: v.string(), message: v.string(), count })),
  metrics: v.record(v.string(), metric),
};

const metricComparison = v.looseObject({
  metric: v.string(),
  model: v.string(),
  scenarioId: v.string(),
  before: v.number(),
  after: v.number(),
  shift: v.number(),
  ci95: interval,
  p: v.number(),
  verdict,
  exploratory: v.boolean(),
});

const load = v.variant("type", [
  v.object({ type: v.literal("sync") }),
  v.object({ type: v.literal("concurrency"), level: count }),
  v.object({ type: v.literal("constant"), rps: v.number() }),
  v.object({ type: v.literal("poisson"), rps: v.number() }),
]);

/** Schema of a persisted report; `schema/bench-report.json` is made from it. Unknown fields are kept. */
export const benchReportSchema: v.GenericSchema = v.looseObject({
  schema: v.literal("codo.ollama-bench/report"),
  schemaVersion: v.literal(1),
  run: v.looseObject({
    id: v.string(),
    startedAt: v.string(),
    endedAt: v.string(),
    status: v.picklist(["complete", "partial"]),
    failure: v.optional(v.looseObject({ code: v.string(), message: v.string() })),
    toolVersion: v.string(),
    seed: v.number(),
  }),
  environment: v.looseObject({
    client: v.looseObject({
      node: v.string(),
      platform: v.string(),
      arch: v.string(),
      cpu: v.string(),
      cores: count,
      memoryBytes: v.number(),
    }),
    server: v.looseObject({ version: v.optional(v.string()), url: v.optional(v.string()), isLocal: v.boolean() }),
    gpus: v.array(v.looseObject({ name: v.string() })),
    fingerprint: v.string(),
  }),
  models: v.array(v.looseObject({ name: v.string(), digest: v.optional(v.string()), numCtx: v.optional(v.number()) })),
  scenarios: v.array(
    v.looseObject({
      id: v.string(),
      endpoint: v.picklist(["chat", "generate", "embed"]),
      load,
      state: v.picklist(["warm", "cold", "reload"]),
      prompt: v.looseObject({ source: v.picklist(["given", "corpus"]), count, nonce: v.boolean(), sha256: v.string() }),
      options: v.record(v.string(), v.unknown()),
      warmup: count,
      trials: count,
      requests: count,
    }),
  ),
  results: v.array(
    v.looseObject({
      ...measured,
      trial: count,
      window: v.object({ startMs: v.number(), endMs: v.number() }),
      resources: v.record(v.string(), v.number()),
    }),
  ),
  aggregates: v.array(v.looseObject({ ...measured, trials: count })),
  parallelism: v.array(
    v.looseObject({
      model: v.string(),
      promptTokens: v.optional(count),
      levels: v.array(
        v.looseObject({ level: count, requestTps: nullableNumber, outputTps: nullableNumber, scenarioId: v.string() }),
      ),
      effectiveParallelism: nullableNumber,
    }),
  ),
  slo: v.array(
    v.looseObject({
      expression: v.string(),
      model: v.string(),
      scenarioId: v.string(),
      value: nullableNumber,
      bound: v.number(),
      met: v.nullable(v.boolean()),
    }),
  ),
  quality: v.array(
    v.looseObject({
      check: v.string(),
      model: v.string(),
      scenarioId: v.string(),
      passed: count,
      n: count,
      rate: nullableNumber,
      ci95: interval,
    }),
  ),
  warnings: v.array(
    v.looseObject({
      code: v.string(),
      message: v.string(),
      model: v.optional(v.string()),
      scenarioId: v.optional(v.string()),
    }),
  ),
  latencies: v.optional(
    v.array(
      v.looseObject({
        model: v.string(),
        scenarioId: v.string(),
        metric: v.string(),
        count,
        values: v.array(v.number()),
      }),
    ),
  ),
  requestsFile: v.optional(v.string()),
  comparisons: v.optional(
    v.array(
      v.looseObject({
        baseline: v.string(),
        candidate: v.string(),
        comparable: v.boolean(),
        metrics: v.array(metricComparison),
        verdict,
      }),
    ),
  ),
  outputs: v.optional(
    v.array(
      v.looseObject({
        scenarioId: v.string(),
        promptIndex: count,
        prompt: v.string(),
        answers: v.array(v.looseObject({ model: v.string(), text: v.string() })),
        isSame: v.boolean(),
      }),
    ),
  ),
});

/** Reads a report from JSON text or a value. @throws OllamaError `INVALID_CONFIG` naming the first thing that is not right */
export function parseReport(input: unknown): BenchReport {
  const value = typeof input === "string" ? parseJson(input) : input;
  const parsed = v.safeParse(benchReportSchema, value);
  if (parsed.success) return parsed.output as BenchReport;
  const written = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof written === "number" && written > 1)
    throw new OllamaError(
      "INVALID_CONFIG",
      `The benchmark report has schemaVersion ${written}, and this version reads 1: it is of a later version. Upgrade to read it.`,
    );
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? "the top level";
  throw new OllamaError(
    "INVALID_CONFIG",
    `This is not a benchmark report: at ${path}, ${issue.message}. Give the JSON that "codo bench --json" or renderReport(report, "json") writes.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OllamaError(
      "INVALID_CONFIG",
      `This is not a benchmark report: it is not JSON (${(cause as Error).message}).`,
      { cause },
    );
  }
}

import type { OllamaErrorCode } from "@codo/ollama-contract";
import type { MetricName } from "../metrics/metric-definitions.js";
import type { Counts, Metrics } from "../metrics/trial-metrics.js";
import type { Scenario } from "../plan/scenario.js";
import type { QualityOutcome } from "../quality/quality-check.js";
import type { SloOutcome } from "../slo/slo-expression.js";
import type { Comparison } from "./comparison.js";

/** What a benchmark came to: a persisted record, described by `schema/bench-report.json`. */
export interface BenchReport {
  schema: "codo.ollama-bench/report";
  schemaVersion: 1;
  run: RunOutcome & {
    id: string;
    /** ISO 8601. */
    startedAt: string;
    endedAt: string;
    toolVersion: string;
    seed: number;
  };
  environment: BenchEnvironment;
  models: BenchModel[];
  scenarios: Scenario[];
  /** One entry for each trial. */
  results: TrialResult[];
  /** The same over all trials of a model in a scenario. */
  aggregates: AggregateResult[];
  /** Throughput over the ladder of concurrency, for each model that climbed one. */
  parallelism: ParallelismResult[];
  slo: SloOutcome[];
  quality: QualityOutcome[];
  warnings: BenchWarning[];
  /** How the times of the requests are distributed; absent in reports of versions that did not keep it. */
  latencies?: LatencySample[];
  /** The journal with every request; absent when there was none. */
  requestsFile?: string;
  /** When several models were measured: each against the first. */
  comparisons?: ModelComparison[];
  /** Answers side by side: the first of each model to each prompt. */
  outputs?: SideBySide[];
}

/** How a run ended. */
export interface RunOutcome {
  /** `partial` when it ended early: what is there is valid, but not all that was planned. */
  status: "complete" | "partial";
  /** What ended a partial run, such as a server that went away; absent when it was interrupted by its signal. */
  failure?: { code: OllamaErrorCode; message: string };
}

/** Where the measurement was made. */
export interface BenchEnvironment {
  client: ClientEnvironment;
  server: ServerEnvironment;
  gpus: { name: string }[];
  /** Of everything that has to agree for two reports to be compared. */
  fingerprint: string;
}

/** The measuring side. */
export interface ClientEnvironment {
  node: string;
  platform: string;
  arch: string;
  cpu: string;
  cores: number;
  memoryBytes: number;
}

/** The measured side, as far as it can be known from here. */
export interface ServerEnvironment {
  version?: string;
  url?: string;
  /** Whether client and server share a machine, and so its processors. */
  isLocal: boolean;
}

/** A model of the report. */
export interface BenchModel {
  name: string;
  digest?: string;
  format?: string;
  family?: string;
  parameterSize?: string;
  quantization?: string;
  /** What it was trained for, in tokens. */
  contextLength?: number;
  /** What it was loaded with, in tokens. */
  numCtx?: number;
  templateHash?: string;
  sizeBytes?: number;
  sizeVramBytes?: number;
}

/** A trial in numbers. */
export interface TrialResult {
  model: string;
  scenarioId: string;
  /** From 1. */
  trial: number;
  /** In milliseconds from the run's start. */
  window: { startMs: number; endMs: number };
  counts: Counts;
  /** The first few different errors, each with how often it came. */
  errors: { code: string; message: string; count: number }[];
  metrics: Metrics;
  resources: TrialResources;
}

/** All trials of a model in a scenario together. */
export interface AggregateResult extends Omit<TrialResult, "trial" | "window" | "resources"> {
  trials: number;
}

/** One time of a model's measured requests in a scenario. */
export interface LatencySample {
  model: string;
  scenarioId: string;
  metric: MetricName;
  /** How many requests have it. */
  count: number;
  /** Their values in milliseconds, smallest first; of many requests 400 at even shares. */
  values: readonly number[];
}

/** What a trial cost. */
export interface TrialResources {
  /** Memory of the loaded model, as `/api/ps` says. */
  modelSizeBytes?: number;
  modelVramBytes?: number;
  /** Processor time of the server's processes on this machine while requests were measured, in seconds. */
  serverCpuSeconds?: number;
  /** Largest resident memory of the server's processes together, in bytes. */
  serverRssBytes?: number;
  /** Processor time of the measuring process while requests were measured, in seconds. */
  clientCpuSeconds?: number;
}

/** Throughput of a model by the number of requests in flight together. */
export interface ParallelismResult {
  model: string;
  /** Length of the prompts, where they were made to one. */
  promptTokens?: number;
  levels: { level: number; requestTps: number | null; outputTps: number | null; scenarioId: string }[];
  /** The highest output rate over the rate at one; `null` when one was not measured. */
  effectiveParallelism: number | null;
}

/** Something that a reader should know before believing a number. */
export interface BenchWarning {
  code: BenchWarningCode;
  message: string;
  model?: string;
  scenarioId?: string;
}

/** What a warning is about. */
export type BenchWarningCode =
  | "cache-unknown"
  | "sample-too-small"
  | "chunk-token-mismatch"
  | "drift"
  | "reload-during-run"
  | "cpu-spill"
  | "shared-host"
  | "mixed-done-reasons"
  | "prompt-size-off"
  | "outliers"
  | "errors"
  | "partial-run"
  | "client-saturated"
  | "option-name";

/** A model against the first one, scenario by scenario. */
export interface ModelComparison extends Comparison {
  baseline: string;
  candidate: string;
}

/** What each model said to a prompt. */
export interface SideBySide {
  scenarioId: string;
  promptIndex: number;
  prompt: string;
  answers: { model: string; text: string }[];
  isSame: boolean;
}

import { OllamaError, type Timeouts, type ToolDefinition } from "@codo/ollama-contract";
import type { Clock } from "../clock/clock.js";
import type { BenchLoad } from "../load/bench-load.js";
import type { RequestRecord } from "../measure/request-record.js";
import { parseRequestObjective } from "../metrics/request-objective.js";
import { assertChecks, type QualityCheck } from "../quality/quality-check.js";
import { parseSlo } from "../slo/slo-expression.js";

/** What a plan may set; everything has a default. */
export interface BenchPlan {
  /** @defaultValue `"chat"` */
  endpoint?: BenchEndpoint;
  /** Repetitions of each scenario; five against five is the least that can decide. @defaultValue 5 */
  trials?: number;
  /** Measured requests in each trial. @defaultValue as many as prompts, at least 3 and at least 4 for each one in flight together */
  requests?: number;
  /** Requests before a model's first trial, and whenever it is found not loaded, that do not count. @defaultValue 1 */
  warmup?: number;
  /** Pause after each trial, in milliseconds. @defaultValue 0 */
  cooldownMs?: number;
  /** One or more loads; each is a scenario. @defaultValue `{ type: "sync" }` */
  load?: BenchLoad | readonly BenchLoad[];
  /** Further scenarios that begin with an unloaded model, or one loaded with other options. @defaultValue none */
  states?: readonly ("cold" | "reload")[];
  /** Prompt lengths in tokens; each is a scenario with prompts from the built-in corpus, cut to exactly this length. */
  depths?: readonly number[];
  /** A scenario whose prompts share their first so many tokens, so that the server's prompt cache serves them. */
  cachedPrefixTokens?: number;
  /** Most tokens to generate (`numPredict`); goes over what the execution options say. */
  outputTokens?: number;
  /** Begin each given prompt with a nonce, so that the prompt cache can't serve it. Corpus prompts always do. @defaultValue false */
  bustCache?: boolean;
  /** For nonces, corpus and Poisson gaps. @defaultValue 1 */
  seed?: number;
  system?: string;
  think?: boolean | "low" | "medium" | "high" | "max";
  tools?: ToolDefinition[];
  timeouts?: Timeouts;
  /** Objectives over a scenario, such as `p95(ttft_ms) <= 800`. */
  slo?: readonly string[];
  /** Objectives that make a single request good, such as `ttft_ms <= 800`: they give `slo_attainment` and `goodput_rps`. */
  goodput?: readonly string[];
  /** Deterministic checks of the answers. */
  checks?: readonly QualityCheck[];
  /** The smallest change that matters, as a share. @defaultValue 0.03 */
  threshold?: number;
  /** Put each answer's text into the journal and the report. @defaultValue false; comparisons keep the first answer to each prompt */
  keepText?: boolean;
  /** A JSONL file that gets every request as it is done. */
  journal?: string;
  /** Continue where the journal ends: finished trials are not run again. @defaultValue false */
  resume?: boolean;
  /** Ends the run; what was measured becomes a partial report. */
  signal?: AbortSignal;
  onProgress?: (progress: BenchProgress) => void;
  onRequest?: (record: RequestRecord) => void;
  clock?: Clock;
}

/** The endpoint to measure. */
export type BenchEndpoint = "chat" | "generate" | "embed";

/** Where a run is. */
export interface BenchProgress {
  phase: "preparing" | "warmup" | "measuring" | "cooldown" | "done";
  model: string;
  scenarioId: string;
  /** From 1. */
  trial: number;
  trials: number;
  requestsDone: number;
  requestsTotal: number;
  /** Of the trial so far. */
  requestsPerSecond: number | null;
  outputTokensPerSecond: number | null;
  elapsedMs: number;
  /** What is left, by the pace so far; `null` before the first request is done. */
  etaMs: number | null;
}

/** A plan with its defaults filled in and its expressions checked. */
export type ResolvedPlan = BenchPlan &
  Required<
    Pick<
      BenchPlan,
      "endpoint" | "trials" | "warmup" | "cooldownMs" | "bustCache" | "seed" | "threshold" | "keepText" | "resume"
    >
  > & {
    loads: readonly BenchLoad[];
  };

/** Fills in a plan's defaults. @throws OllamaError `INVALID_CONFIG` naming the first thing that can't be run */
export function resolvePlan(plan: BenchPlan = {}): ResolvedPlan {
  const loads =
    plan.load === undefined
      ? [{ type: "sync" } as const]
      : Array.isArray(plan.load)
        ? plan.load
        : [plan.load as BenchLoad];
  const resolved: ResolvedPlan = {
    ...plan,
    endpoint: plan.endpoint ?? "chat",
    trials: plan.trials ?? 5,
    warmup: plan.warmup ?? 1,
    cooldownMs: plan.cooldownMs ?? 0,
    bustCache: plan.bustCache ?? false,
    seed: plan.seed ?? 1,
    threshold: plan.threshold ?? 0.03,
    keepText: plan.keepText ?? false,
    resume: plan.resume ?? false,
    loads,
  };
  validate(resolved);
  return resolved;
}

function validate(plan: ResolvedPlan): void {
  atLeast("trials", plan.trials, 1);
  atLeast("warmup", plan.warmup, 0);
  if (plan.requests !== undefined) atLeast("requests", plan.requests, 1);
  if (plan.outputTokens !== undefined) atLeast("outputTokens", plan.outputTokens, 1);
  for (const depth of plan.depths ?? []) atLeast("depths", depth, 16);
  if (plan.cachedPrefixTokens !== undefined) atLeast("cachedPrefixTokens", plan.cachedPrefixTokens, 16);
  for (const load of plan.loads) {
    if (load.type === "concurrency") atLeast("concurrency", load.level, 1);
    if ((load.type === "constant" || load.type === "poisson") && !(load.rps > 0)) {
      throw new OllamaError(
        "INVALID_CONFIG",
        `A ${load.type} load needs a rate above 0 requests per second, not ${nameOf(load.rps)}.`,
      );
    }
  }
  if (plan.loads.length === 0)
    throw new OllamaError(
      "INVALID_CONFIG",
      "The plan has an empty list of loads: name at least one, or none for one request at a time.",
    );
  if (!(plan.threshold >= 0 && plan.threshold < 1))
    throw new OllamaError(
      "INVALID_CONFIG",
      `The threshold is a share from 0 to 1, such as 0.03, not ${nameOf(plan.threshold)}.`,
    );
  if (plan.resume && plan.journal === undefined)
    throw new OllamaError("INVALID_CONFIG", "To resume, name the journal to continue.");
  for (const text of plan.slo ?? []) parseSlo(text);
  assertChecks(plan.checks ?? []);
  for (const text of plan.goodput ?? []) parseRequestObjective(text);
}

function atLeast(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new OllamaError(
      "INVALID_CONFIG",
      `"${name}" has to be a whole number of at least ${least}, not ${nameOf(value)}.`,
    );
  }
}

/** A value that is of a wrong type, or out of range, for a person. */
function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

import { compareTrials, overallVerdict } from "../compare/compare-trials.js";
import { clientEnvironment } from "../environment/client-environment.js";
import { fingerprint } from "../environment/fingerprint.js";
import type { JournalHeader } from "../journal/bench-journal.js";
import type { RequestRecord } from "../measure/request-record.js";
import { parseRequestObjective } from "../metrics/request-objective.js";
import { type TrialContext, trialMetrics } from "../metrics/trial-metrics.js";
import type { ResolvedPlan } from "../plan/bench-plan.js";
import type { Scenario } from "../plan/scenario.js";
import { qualityOf } from "../quality/quality-check.js";
import { aggregate, errorsOf, parallelismOf } from "../report/aggregate.js";
import type {
  BenchModel,
  BenchReport,
  BenchWarning,
  ModelComparison,
  RunOutcome,
  ServerEnvironment,
  SideBySide,
  TrialResources,
  TrialResult,
} from "../report/bench-report.js";
import { counted } from "../report/counted.js";
import { keptLatencies } from "../report/latency-samples.js";
import { runEnd } from "../report/run-end.js";
import { toolVersion } from "../report/tool-version.js";
import { warningsOf } from "../report/warnings.js";
import { evaluateSlo, parseSlo, type SloExpression, type SloOutcome } from "../slo/slo-expression.js";

/** A trial that was run to its end. */
export interface FinishedTrial {
  model: string;
  scenarioId: string;
  trial: number;
  resources: TrialResources;
}

/** Everything that was measured. */
export interface ReportInput {
  header: JournalHeader;
  outcome: RunOutcome;
  plan: ResolvedPlan;
  models: BenchModel[];
  scenarios: Scenario[];
  server: ServerEnvironment;
  trials: readonly FinishedTrial[];
  /** All requests, warm-ups too; those of unfinished trials are left out. */
  records: readonly RequestRecord[];
  outputs: SideBySide[] | undefined;
  /** What is odd about the names of the options of the runs. */
  optionWarnings: readonly string[];
}

/** Makes the report of a run. */
export function buildReport(input: ReportInput): BenchReport {
  const { header, outcome, plan, models, scenarios, server, outputs } = input;
  const groups = models.flatMap((model) => scenarios.map((scenario) => measuredGroup(input, model, scenario)));
  const results = groups.flatMap((group) => group.results);
  const aggregates = groups.flatMap(
    ({ results: trials, records, context }) => aggregate(trials, records, context) ?? [],
  );
  const environment = { client: clientEnvironment(), server, gpus: [] };
  return {
    schema: "codo.ollama-bench/report",
    schemaVersion: 1,
    run: {
      id: header.runId,
      startedAt: header.startedAt,
      endedAt: new Date().toISOString(),
      ...outcome,
      toolVersion,
      seed: plan.seed,
    },
    environment: { ...environment, fingerprint: fingerprint(environment, scenarios, models) },
    models,
    scenarios,
    results,
    aggregates,
    parallelism: parallelismOf(aggregates, scenarios),
    slo: (plan.slo ?? [])
      .map(parseSlo)
      .flatMap((slo) => aggregates.map((aggregate) => objectiveOutcome(slo, aggregate))),
    quality: qualityOf(groups.flatMap((group) => group.records)),
    warnings: [
      ...runWarnings(input, groups),
      ...groups.flatMap((group) => (group.records.length === 0 ? [] : warningsOf(group))),
    ],
    latencies: keptLatencies(
      { models, scenarios },
      groups.flatMap((group) => group.records),
    ),
    ...(plan.journal === undefined ? {} : { requestsFile: plan.journal }),
    ...(models.length < 2 ? {} : { comparisons: comparisonsOf(models, scenarios, results, plan.threshold) }),
    ...(outputs === undefined ? {} : { outputs }),
  };
}

/** Where every request failed there is no latency to judge, and no objective was kept. */
function objectiveOutcome(
  slo: SloExpression,
  { model, scenarioId, metrics, counts }: BenchReport["aggregates"][number],
): SloOutcome {
  const outcome = evaluateSlo(slo, metrics);
  const met = outcome.value === null && counts.ok === 0 ? false : outcome.met;
  return { ...outcome, met, model, scenarioId };
}

interface MeasuredGroup {
  model: string;
  scenario: Scenario;
  results: TrialResult[];
  records: RequestRecord[];
  context: TrialContext;
}

function measuredGroup({ trials, records, plan }: ReportInput, model: BenchModel, scenario: Scenario): MeasuredGroup {
  const finished = trials
    .filter((trial) => trial.model === model.name && trial.scenarioId === scenario.id)
    .sort((a, b) => a.trial - b.trial);
  const mine = records.filter(
    (record) => record.model === model.name && record.scenarioId === scenario.id && record.phase === "measured",
  );
  const context: TrialContext = {
    format: model.format,
    // What stands before the nonce is the same in all requests, and may come from the cache.
    cacheBusted: (scenario.prompt.nonce && !hasSharedHead(plan)) || scenario.state !== "warm",
    state: scenario.state,
    objectives: (plan.goodput ?? []).map(parseRequestObjective),
    repeatsPrompts: scenario.prompt.source === "given" && !scenario.prompt.nonce,
  };
  const results = finished.map(({ trial, resources }): TrialResult => {
    const ofTrial = mine.filter((record) => record.trial === trial);
    const { modelSizeBytes: size, modelVramBytes: vram } = resources;
    const gpuFraction = size === undefined || size === 0 || vram === undefined ? undefined : vram / size;
    const outcome = trialMetrics(ofTrial, { ...context, gpuFraction });
    return { model: model.name, scenarioId: scenario.id, trial, ...outcome, errors: errorsOf(ofTrial), resources };
  });
  const done = new Set(finished.map(({ trial }) => trial));
  return {
    model: model.name,
    scenario,
    results,
    records: mine.filter((record) => done.has(record.trial)),
    context,
  };
}

function runWarnings(
  { outcome, server, optionWarnings }: ReportInput,
  groups: readonly MeasuredGroup[],
): BenchWarning[] {
  const warnings: BenchWarning[] = [];
  if (outcome.status === "partial") {
    const done = groups.reduce((sum, group) => sum + group.results.length, 0);
    const planned = groups.reduce((sum, group) => sum + group.scenario.trials, 0);
    warnings.push({
      code: "partial-run",
      message: `${runEnd(outcome)}: ${done} of ${counted(planned, "trial")} were finished. Unfinished ones are left out.`,
    });
  }
  if (server.isLocal) {
    warnings.push({
      code: "shared-host",
      message: "Client and server share this machine: under load the client takes processor time from the server.",
    });
  }
  for (const message of optionWarnings) warnings.push({ code: "option-name", message });
  return warnings;
}

/** Whether each prompt begins with a system prompt or the descriptions of tools. */
function hasSharedHead({ system, tools = [] }: ResolvedPlan): boolean {
  return (system !== undefined && system !== "") || tools.length > 0;
}

function comparisonsOf(
  models: readonly BenchModel[],
  scenarios: readonly Scenario[],
  results: readonly TrialResult[],
  threshold: number,
): ModelComparison[] {
  const [baseline, ...candidates] = models;
  if (baseline === undefined) return [];
  const of = (model: BenchModel, scenario: Scenario): TrialResult[] =>
    results.filter((result) => result.model === model.name && result.scenarioId === scenario.id);
  return candidates.map((candidate) => {
    const metrics = scenarios.flatMap((scenario) =>
      compareTrials(
        {
          model: candidate.name,
          scenarioId: scenario.id,
          before: of(baseline, scenario),
          after: of(candidate, scenario),
        },
        threshold,
      ),
    );
    return {
      baseline: baseline.name,
      candidate: candidate.name,
      comparable: metrics.length > 0,
      environmentDiff: [],
      metrics,
      verdict: overallVerdict(metrics),
    };
  });
}

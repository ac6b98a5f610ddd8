export { type Clock, monotonicClock } from "./clock/clock.js";
export { type CompareOptions, compareReports } from "./compare/compare-reports.js";
export { readRequests } from "./journal/read-requests.js";
export type { BenchLoad } from "./load/bench-load.js";
export type { ErrorKind, RequestPhase, RequestRecord, ServerFields } from "./measure/request-record.js";
export {
  HEADLINE_METRICS,
  METRIC_NAMES,
  METRICS,
  type MetricDefinition,
  type MetricName,
} from "./metrics/metric-definitions.js";
export type { Counts, Metric, Metrics } from "./metrics/trial-metrics.js";
export type { BenchEndpoint, BenchPlan, BenchProgress } from "./plan/bench-plan.js";
export type { Scenario, ScenarioPrompt } from "./plan/scenario.js";
export type { CheckedAnswer, QualityCheck, QualityOutcome } from "./quality/quality-check.js";
export { type RenderOptions, type ReportFormat, renderReport } from "./render/formats/render-report.js";
export { type ComparedReport, renderComparison } from "./render/html/render-comparison.js";
export type {
  AggregateResult,
  BenchEnvironment,
  BenchModel,
  BenchReport,
  BenchWarning,
  BenchWarningCode,
  ClientEnvironment,
  LatencySample,
  ModelComparison,
  ParallelismResult,
  RunOutcome,
  ServerEnvironment,
  SideBySide,
  TrialResources,
  TrialResult,
} from "./report/bench-report.js";
export type { Comparison, EnvironmentDifference, MetricComparison, Verdict } from "./report/comparison.js";
export { benchReportSchema, parseReport } from "./report/report-schema.js";
export type { BenchTarget } from "./run/bench-target.js";
export { benchmarkModel, createModelComparison } from "./run/benchmark-model.js";
export { describePlan, estimatePlan, type PlanEstimate } from "./run/estimate.js";
export type { SloOutcome } from "./slo/slo-expression.js";
export { type Percentiles, type Summary, summarize } from "./statistics/summary.js";

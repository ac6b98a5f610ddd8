import type { BenchReport } from "../report/bench-report.js";
import type { Comparison, EnvironmentDifference } from "../report/comparison.js";

/** A report with its comparison against an earlier one among those between its models. */
export function withBaseline(report: BenchReport, comparison: Comparison): BenchReport {
  const against = { ...comparison, candidate: "This run", baseline: "the baseline" };
  return { ...report, comparisons: [...(report.comparisons ?? []), against] };
}

/** What differs between two reports, in a sentence; empty for nothing. */
export function differencesSentence(differences: readonly EnvironmentDifference[]): string {
  return differences.map(({ field, before, after }) => `${field}: ${before} → ${after}`).join("; ");
}

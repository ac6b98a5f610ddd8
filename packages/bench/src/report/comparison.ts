import type { MetricName } from "../metrics/metric-definitions.js";

/** What a comparison says of one metric, or of everything. */
export type Verdict = "better" | "worse" | "same" | "inconclusive";

/** One metric, before and after. */
export interface MetricComparison {
  metric: MetricName;
  model: string;
  scenarioId: string;
  /** Medians of the trial values. */
  before: number;
  after: number;
  /** Hodges–Lehmann shift as a share of `before`: 0.1 is ten per cent more. */
  shift: number;
  /** The shift's interval, as shares of `before`; `null` where there are too few trials. */
  ci95: [number, number] | null;
  /** Mann–Whitney; corrected after Holm for headline metrics, as it is for the others. */
  p: number;
  verdict: Verdict;
  /** Not a headline metric: its interval counts, its p-value is not corrected. */
  exploratory: boolean;
}

/** Two sets of trials compared. */
export interface Comparison {
  /** Whether the two measured the same thing in the same surroundings. */
  comparable: boolean;
  environmentDiff: EnvironmentDifference[];
  metrics: MetricComparison[];
  /** Of the headline metrics together: worse if any is, else better if any is, else same if all are. */
  verdict: Verdict;
}

/** Something that differs between two reports. */
export interface EnvironmentDifference {
  field: string;
  before: string;
  after: string;
  /** Whether it makes the two incomparable. */
  isBlocking: boolean;
}

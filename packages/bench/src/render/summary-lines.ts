import type { AggregateResult, BenchReport, ModelComparison } from "../report/bench-report.js";
import type { Verdict } from "../report/comparison.js";
import { counted } from "../report/counted.js";
import { runEnd } from "../report/run-end.js";
import { formatNumber, formatValue } from "./format-number.js";
import { differencesSentence } from "./with-baseline.js";

/** A sentence, and whether it is good news. */
export interface Headline {
  tone: Verdict | "plain";
  text: string;
}

/** With more scenarios than this, the first of each model has to do at the top. */
const MOST_SCENARIOS = 4;

/** What a reader wants to know first: one sentence for each model or comparison, worst news first. */
export function headlines(report: BenchReport): Headline[] {
  const lines: Headline[] = [];
  if (report.run.status === "partial")
    lines.push({ tone: "inconclusive", text: `${runEnd(report.run)}: this is what was measured until then.` });
  lines.push(...objectiveLines(report));
  for (const comparison of report.comparisons ?? []) lines.push(...comparisonLines(comparison));
  const shown = report.aggregates.length > MOST_SCENARIOS ? firstOfEachModel(report) : report.aggregates;
  for (const aggregate of shown) lines.push(...aggregateLine(aggregate));
  if (shown.length < report.aggregates.length) {
    lines.push({ tone: "plain", text: `Further scenarios stand below: ${report.aggregates.length - shown.length}.` });
  }
  return lines;
}

function comparisonLines({ candidate, baseline, verdict, comparable, environmentDiff }: ModelComparison): Headline[] {
  const lines: Headline[] = [{ tone: verdict, text: comparisonSentence(candidate, baseline, verdict) }];
  const differences = differencesSentence(environmentDiff);
  if (!comparable) {
    const text = `${candidate} and ${baseline} are not comparable${differences === "" ? "." : `: ${differences}.`}`;
    lines.push({ tone: "inconclusive", text });
  } else if (differences !== "") lines.push({ tone: "plain", text: `Differs from ${baseline}: ${differences}.` });
  return lines;
}

/** One line for each objective that was not met everywhere: how often, and where it was worst. */
function objectiveLines({ slo }: BenchReport): Headline[] {
  return [...new Set(slo.map(({ expression }) => expression))].flatMap((expression): Headline[] => {
    const outcomes = slo.filter((outcome) => outcome.expression === expression);
    const violated = outcomes.filter(({ met }) => met === false);
    const [worst] = [...violated].sort(
      (a, b) => Math.abs((b.value ?? 0) - b.bound) - Math.abs((a.value ?? 0) - a.bound),
    );
    if (worst !== undefined) {
      const where = outcomes.length === 1 ? "" : ` in ${violated.length} of ${outcomes.length} cases`;
      return [
        {
          tone: "worse" as const,
          text: `${expression} is violated${where}: ${formatNumber(worst.value)} for ${worst.model}, ${worst.scenarioId}.`,
        },
      ];
    }
    const isOpen = outcomes.some(({ met }) => met === null);
    return isOpen ? [{ tone: "inconclusive", text: `${expression} is undecided: there is too little data.` }] : [];
  });
}

function firstOfEachModel({ models, aggregates }: BenchReport): AggregateResult[] {
  return models.flatMap(({ name }) => aggregates.find(({ model }) => model === name) ?? []);
}

function aggregateLine({ model, scenarioId, metrics, counts }: AggregateResult): Headline[] {
  const parts = [
    metrics.ttft_ms ? `first token after ${formatValue(metrics.ttft_ms.p["50"], "ms")}` : undefined,
    metrics.decode_tps ? `${formatNumber(metrics.decode_tps.p["50"])} tokens/s` : undefined,
    metrics.e2e_ms ? `an answer in ${formatValue(metrics.e2e_ms.p["50"], "ms")}` : undefined,
    counts.error > 0 ? `${counts.error} of ${counted(counts.attempted, "request")} failed` : undefined,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return [];
  return [
    { tone: counts.error > 0 ? "worse" : "plain", text: `${model}, ${scenarioId}: ${parts.join(", ")} (medians).` },
  ];
}

/** A verdict on a candidate against a baseline in a sentence. */
export function comparisonSentence(candidate: string, baseline: string, verdict: Verdict): string {
  switch (verdict) {
    case "better":
      return `${candidate} is better than ${baseline} in at least one headline metric and worse in none.`;
    case "worse":
      return `${candidate} is worse than ${baseline} in at least one headline metric.`;
    case "same":
      return `${candidate} and ${baseline} are the same within the threshold.`;
    case "inconclusive":
      return `${candidate} against ${baseline} is inconclusive: more trials, or a quieter machine, would decide.`;
  }
}

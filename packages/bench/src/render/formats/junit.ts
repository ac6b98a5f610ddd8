import type { BenchReport, ModelComparison } from "../../report/bench-report.js";
import type { MetricComparison } from "../../report/comparison.js";
import { counted } from "../../report/counted.js";
import { escapeMarkup as esc } from "../escape-markup.js";
import { formatChange, formatNumber } from "../format-number.js";
import { differencesSentence } from "../with-baseline.js";

interface TestCase {
  suite: string;
  name: string;
  seconds: number;
  failure?: string;
  skipped?: string;
}

/** The report as JUnit XML: a case for each scenario (failed when requests failed), objective, check and comparison. */
export function renderJunit(report: BenchReport): string {
  const cases = casesOf(report);
  const suites = [...new Set(cases.map(({ suite }) => suite))].map((suite) =>
    suiteXml(
      suite,
      cases.filter((one) => one.suite === suite),
    ),
  );
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="codo bench" tests="${cases.length}" failures="${failures}">\n${suites.join("\n")}\n</testsuites>\n`;
}

function casesOf(report: BenchReport): TestCase[] {
  const scenarios = report.aggregates.map(
    ({ model, scenarioId, counts, metrics, errors }): TestCase => ({
      suite: model,
      name: scenarioId,
      seconds: (metrics.e2e_ms?.mean ?? 0) / 1000,
      ...(counts.error > 0
        ? { failure: `${counts.error} of ${counted(counts.attempted, "request")} failed: ${errors[0]?.message ?? ""}` }
        : {}),
    }),
  );
  const objectives = report.slo.map(
    ({ expression, model, scenarioId, value, met }): TestCase => ({
      suite: model,
      name: `${scenarioId}: ${expression}`,
      seconds: 0,
      ...(met === false ? { failure: `${expression} is violated: ${formatNumber(value)}` } : {}),
      ...(met === null ? { skipped: "too little data to decide" } : {}),
    }),
  );
  const checks = report.quality.map(
    ({ check, model, scenarioId, passed, n }): TestCase => ({
      suite: model,
      name: `${scenarioId}: ${check}`,
      seconds: 0,
      ...(passed < n ? { failure: `${n - passed} of ${counted(n, "answer")} failed the check` } : {}),
    }),
  );
  const comparisons = (report.comparisons ?? []).map(
    (comparison): TestCase => ({
      suite: comparison.candidate,
      name: `against ${comparison.baseline}`,
      seconds: 0,
      ...outcomeOf(comparison),
    }),
  );
  return [...scenarios, ...objectives, ...checks, ...comparisons];
}

/** A regression fails; what is undecided, or was measured in another environment, is skipped. */
function outcomeOf(comparison: ModelComparison): Pick<TestCase, "failure" | "skipped"> {
  const { baseline, candidate, verdict, comparable, environmentDiff, metrics } = comparison;
  if (verdict === "worse") {
    const worse = metrics.filter((row) => row.verdict === "worse" && !row.exploratory).map(changeSentence);
    return { failure: `${candidate} is worse than ${baseline}: ${worse.join("; ")}` };
  }
  if (!comparable) return { skipped: `not comparable: ${differencesSentence(environmentDiff)}` };
  return verdict === "inconclusive" ? { skipped: "inconclusive" } : {};
}

function changeSentence({ metric, model, scenarioId, before, after, shift }: MetricComparison): string {
  const figures = `${formatNumber(before)} → ${formatNumber(after)} (${formatChange(shift)})`;
  return `${metric} of ${model}, ${scenarioId}: ${figures}`;
}

function suiteXml(name: string, cases: readonly TestCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter((one) => one.skipped !== undefined).length;
  const body = cases.map((one) => {
    const open = `    <testcase classname="${esc(name)}" name="${esc(one.name)}" time="${one.seconds.toFixed(3)}"`;
    if (one.failure !== undefined) return `${open}><failure message="${esc(one.failure)}"/></testcase>`;
    return one.skipped === undefined ? `${open}/>` : `${open}><skipped message="${esc(one.skipped)}"/></testcase>`;
  });
  return `  <testsuite name="${esc(name)}" tests="${cases.length}" failures="${failures}" skipped="${skipped}">\n${body.join("\n")}\n  </testsuite>`;
}

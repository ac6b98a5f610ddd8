import { sameModelName } from "@codo/ollama-contract";
import { compareReports } from "../../compare/compare-reports.js";
import type { RequestRecord } from "../../measure/request-record.js";
import type { BenchReport, LatencySample } from "../../report/bench-report.js";
import type { MetricComparison } from "../../report/comparison.js";
import { LATENCIES } from "../../report/latency-samples.js";
import { comparisonTable } from "../report-tables.js";
import { forestChart } from "./forest-chart.js";
import { chartSection, htmlPage } from "./html-page.js";
import { htmlTable } from "./html-table.js";
import { latenciesOf, latencyFigures } from "./latency-figures.js";

/** A report, and the requests of its journal where they are known; else what it keeps of their distributions is drawn. */
export interface ComparedReport {
  report: BenchReport;
  requests?: readonly RequestRecord[];
}

/** Two reports of the same plan as one HTML page: what changed, and the distributions of both in one chart. */
export function renderComparison(before: ComparedReport, after: ComparedReport): string {
  const { metrics, environmentDiff, comparable, verdict } = compareReports(before.report, after.report);
  const models = [...new Set(metrics.map(({ model }) => model))];
  const forests = models.map((model) =>
    forestChart({
      baseline: `${model}, before`,
      candidate: `${model}, after`,
      metrics: metrics.filter((metric) => metric.model === model),
    }),
  );
  const differences = environmentDiff.map((one) => [one.field, one.before, one.after]);
  return htmlPage({
    title: metrics.length === 0 ? "Benchmark: nothing in common" : `Benchmark: ${verdict}`,
    subtitle: `${startOf(after)} against ${startOf(before)}${comparable ? "" : " · not the same plan or environment: read with care"}`,
    sections: [
      chartSection("Comparison", forests),
      chartSection("Latency", latencyCharts(before, after)),
      `<section><h2>All numbers</h2>${numbers(metrics)}${
        differences.length === 0
          ? ""
          : htmlTable(
              { head: ["what", "before", "after"], rows: differences },
              "What differs between their environments",
            )
      }</section>`,
    ],
  });
}

/** A head over no rows would look like a page that is broken. */
function numbers(metrics: readonly MetricComparison[]): string {
  if (metrics.length > 0) return htmlTable(comparisonTable(metrics));
  return "<p>No model was measured in the same scenario in both reports: there are no numbers to compare.</p>";
}

function latencyCharts(before: ComparedReport, after: ComparedReport): string[] {
  const [old, now] = [before, after].map(({ report, requests = [] }) => latenciesOf(report, requests));
  const shared = before.report.scenarios.filter(({ id }) => after.report.scenarios.some((other) => other.id === id));
  return shared.flatMap(({ id }) =>
    LATENCIES.flatMap((metric) => {
      const isHere = (sample: LatencySample): boolean => sample.scenarioId === id && sample.metric === metric;
      const pairs = (old ?? []).filter(isHere).flatMap(({ model, count, values }) => {
        const other = now?.find((one) => isHere(one) && sameModelName(one.model, model));
        return other === undefined
          ? []
          : [
              { name: `${model}, before`, count, values },
              { name: `${model}, after`, count: other.count, values: other.values },
            ];
      });
      return latencyFigures(pairs, id, metric);
    }),
  );
}

const startOf = ({ report }: ComparedReport): string => `${report.run.startedAt.slice(0, 16).replace("T", " ")} UTC`;

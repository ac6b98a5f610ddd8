import { escapeMarkdown } from "@codo/ollama-contract";
import type { BenchReport } from "../../report/bench-report.js";
import { counted } from "../../report/counted.js";
import { parallelismLines } from "../parallelism-lines.js";
import {
  comparisonTable,
  metricsTable,
  modelsTable,
  parallelismTable,
  qualityTable,
  sloTable,
} from "../report-tables.js";
import { headlines } from "../summary-lines.js";
import { markdownTable } from "../table.js";

/** The report in Markdown, for a pull request or a wiki. */
export function renderMarkdown(report: BenchReport): string {
  const parts = [
    "# Benchmark",
    headlines(report)
      .map(({ text }) => `- ${escapeMarkdown(text)}`)
      .join("\n"),
    "## Models",
    markdownTable(modelsTable(report)),
  ];
  for (const { candidate, baseline, metrics } of report.comparisons ?? []) {
    parts.push(
      `## ${escapeMarkdown(candidate)} against ${escapeMarkdown(baseline)}`,
      markdownTable(comparisonTable(metrics)),
    );
  }
  if (report.slo.length > 0) parts.push("## Objectives", markdownTable(sloTable(report)));
  if (report.quality.length > 0) parts.push("## Quality", markdownTable(qualityTable(report)));
  if (report.parallelism.length > 0) {
    parts.push("## Throughput", markdownTable(parallelismTable(report)));
    parts.push(
      parallelismLines(report)
        .map((line) => `- ${escapeMarkdown(line)}`)
        .join("\n"),
    );
  }
  for (const aggregate of report.aggregates) {
    parts.push(
      `## ${escapeMarkdown(aggregate.model)}, ${escapeMarkdown(aggregate.scenarioId)}`,
      `${aggregate.counts.ok} of ${aggregate.counts.attempted} requests succeeded in ${counted(aggregate.trials, "trial")}.`,
      markdownTable(metricsTable(aggregate)),
    );
  }
  if (report.warnings.length > 0) {
    parts.push(
      "## Warnings",
      report.warnings
        .map(
          ({ code, message, model, scenarioId }) =>
            `- **${code}**${escapeMarkdown(`${model === undefined ? "" : ` (${model}, ${scenarioId})`}: ${message}`)}`,
        )
        .join("\n"),
    );
  }
  return `${parts.join("\n\n")}\n`;
}

import type { BenchReport } from "../../report/bench-report.js";
import { counted } from "../../report/counted.js";
import { formatValue } from "../format-number.js";
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
import { textTable } from "../table.js";
import { throughputBars, trialStrip } from "../text-plots.js";

/** A usual terminal. */
const COLUMNS = 80;

/** The report for a terminal: the verdict first, then tables and small plots, within the columns where the names allow. */
export function renderText(report: BenchReport, columns: number = COLUMNS): string {
  const sections: string[] = [
    headlines(report)
      .map(({ text }) => wrap(text, columns))
      .join("\n"),
    textTable(modelsTable(report)),
  ];
  for (const aggregate of report.aggregates) {
    const trials = report.results.filter(
      ({ model, scenarioId }) => model === aggregate.model && scenarioId === aggregate.scenarioId,
    );
    sections.push(
      `${aggregate.model} · ${aggregate.scenarioId} · ${aggregate.counts.ok}/${aggregate.counts.attempted} ok in ${counted(aggregate.trials, "trial")}\n\n${textTable(metricsTable(aggregate))}`,
    );
    const strip = trialStrip(trials);
    if (strip !== undefined) sections.push(strip);
  }
  if (report.parallelism.length > 0) {
    const notes = parallelismLines(report);
    sections.push(
      [
        "Throughput",
        "",
        textTable(parallelismTable(report)),
        "",
        ...throughputBars(report, columns),
        "",
        ...notes,
      ].join("\n"),
    );
  }
  for (const { candidate, baseline, metrics } of report.comparisons ?? []) {
    sections.push(
      `${candidate} against ${baseline}\n\n${textTable(comparisonTable(metrics.filter((row) => !row.exploratory)))}`,
    );
  }
  if (report.slo.length > 0) sections.push(`Objectives\n\n${textTable(sloTable(report))}`);
  if (report.quality.length > 0) sections.push(`Quality\n\n${textTable(qualityTable(report))}`);
  if (report.warnings.length > 0)
    sections.push(
      `Read before you use the figures\n\n${report.warnings.map((warning) => warningLine(warning, columns)).join("\n")}`,
    );
  sections.push(footer(report));
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function warningLine({ code, message, model, scenarioId }: BenchReport["warnings"][number], columns: number): string {
  const where = [model, scenarioId].filter((part) => part !== undefined).join(" · ");
  return wrap(`! ${code}${where === "" ? "" : ` (${where})`}: ${message}`, columns);
}

function footer({ environment: { client, server, fingerprint }, run }: BenchReport): string {
  const lastedMs = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  return [
    `${client.cpu}, ${counted(client.cores, "core")}, Node ${client.node.replace(/^v/, "")}; server ${server.version ?? "unknown"}${server.isLocal ? " on the same machine" : ""}`,
    `run ${run.id}, ${formatValue(lastedMs / 1000, "ms").replace(" ms", " s")}, surroundings ${fingerprint}`,
  ].join("\n");
}

/** Breaks a long line at blanks; what follows is indented. */
function wrap(text: string, columns: number): string {
  const lines = [""];
  // A percentage stays in one piece.
  for (const word of text.split(/ (?!%)/)) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.trim() !== "" && line.length + 1 + word.length > columns) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

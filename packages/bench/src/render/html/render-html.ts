import { createHash } from "node:crypto";
import { recordsOfTrials } from "../../journal/trials.js";
import type { RequestRecord } from "../../measure/request-record.js";
import type { BenchReport } from "../../report/bench-report.js";
import { escapeMarkup as esc } from "../escape-markup.js";
import { metricsTable, modelsTable, qualityTable, sloTable } from "../report-tables.js";
import { headlines } from "../summary-lines.js";
import { distributionChart } from "./distribution-chart.js";
import { forestChart } from "./forest-chart.js";
import { htmlTable } from "./html-table.js";
import { depthChart, throughputChart } from "./line-charts.js";
import { OUTPUTS_SCRIPT, outputsSection } from "./outputs-section.js";
import { STYLE } from "./style.js";
import { timelineChart } from "./timeline-chart.js";

/**
 * The report as one HTML page: verdict first, charts as inline SVG with a table behind each, no network. A content
 * security policy forbids everything that is not in the file, so that what a model said can't run or load anything.
 */
export function renderHtml(report: BenchReport, journal: readonly RequestRecord[]): string {
  const requests = recordsOfTrials(journal, report.results);
  const script = `'sha256-${createHash("sha256").update(OUTPUTS_SCRIPT).digest("base64")}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src ${script}; img-src data:">
<link rel="icon" href="data:,">
<title>Benchmark: ${esc(report.models.map(({ name }) => name).join(", "))}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Benchmark: ${esc(report.models.map(({ name }) => name).join(", "))}</h1><p class="faint">${esc(subtitle(report))}</p></header>
<main>
${verdictSection(report)}
${chartSection("Comparison", (report.comparisons ?? []).map(forestChart))}
${chartSection("Latency", latencyCharts(report, requests))}
${chartSection("Throughput and depth", [throughputChart(report), depthChart(report, "prefill_tps"), depthChart(report, "decode_tps"), depthChart(report, "ttft_ms")])}
${chartSection(
  "Requests in time",
  report.models.flatMap(({ name }) => report.scenarios.map(({ id }) => timelineChart(requests, name, id))),
)}
${outputsSection(report)}
${tablesSection(report)}
</main>
<script>${OUTPUTS_SCRIPT}</script>
</body>
</html>
`;
}

function subtitle({ run, environment: { client, server } }: BenchReport): string {
  const where = server.isLocal ? "on the same machine" : (server.url ?? "");
  return `${run.startedAt.slice(0, 16).replace("T", " ")} UTC · ${client.cpu}, ${client.cores} cores · server ${server.version ?? "unknown"} ${where} · codo bench ${run.toolVersion}, seed ${run.seed}`;
}

function verdictSection(report: BenchReport): string {
  const items = headlines(report).map(({ tone, text }) => `<li class="${tone}">${esc(text)}</li>`);
  const warnings = report.warnings.map(
    ({ code, message, model, scenarioId }) =>
      `<li><code>${esc(code)}</code>${model === undefined ? "" : ` ${esc(model)}, ${esc(scenarioId ?? "")}`}: ${esc(message)}</li>`,
  );
  const details =
    warnings.length === 0
      ? ""
      : `<details${warnings.length <= 4 ? " open" : ""}><summary>${warnings.length} warnings: read before you believe</summary><ul class="warnings">${warnings.join("")}</ul></details>`;
  return `<section id="verdict"><ul class="verdicts">${items.join("")}</ul>${details}</section>`;
}

function latencyCharts(report: BenchReport, requests: readonly RequestRecord[]): string[] {
  return report.scenarios.flatMap(({ id }) =>
    (["ttft_ms", "tpot_ms", "e2e_ms"] as const).map((metric) => distributionChart(report, requests, id, metric)),
  );
}

function chartSection(title: string, charts: readonly string[]): string {
  const drawn = charts.filter((chart) => chart !== "");
  return drawn.length === 0
    ? ""
    : `<section><h2>${esc(title)}</h2><div class="grid-of-figures">${drawn.join("\n")}</div></section>`;
}

function tablesSection(report: BenchReport): string {
  const parts = [htmlTable(modelsTable(report), "Models")];
  if (report.slo.length > 0) parts.push(htmlTable(sloTable(report), "Objectives"));
  if (report.quality.length > 0) parts.push(htmlTable(qualityTable(report), "Quality checks"));
  for (const aggregate of report.aggregates)
    parts.push(
      htmlTable(
        metricsTable(aggregate),
        `${aggregate.model}, ${aggregate.scenarioId}: ${aggregate.counts.ok} of ${aggregate.counts.attempted} ok in ${aggregate.trials} trials`,
      ),
    );
  return `<section id="tables"><h2>All numbers</h2>${parts.join("")}<p class="faint">Surroundings ${esc(report.environment.fingerprint)} · run ${esc(report.run.id)}</p></section>`;
}

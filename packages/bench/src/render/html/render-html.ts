import { basename } from "node:path";
import { recordsOfTrials } from "../../journal/trials.js";
import type { RequestRecord } from "../../measure/request-record.js";
import type { BenchReport } from "../../report/bench-report.js";
import { counted } from "../../report/counted.js";
import { LATENCIES } from "../../report/latency-samples.js";
import { escapeMarkup as esc } from "../escape-markup.js";
import { metricsTable, modelsTable, qualityTable, sloTable } from "../report-tables.js";
import { headlines } from "../summary-lines.js";
import { forestChart } from "./forest-chart.js";
import { chartSection, htmlPage } from "./html-page.js";
import { htmlTable } from "./html-table.js";
import { latenciesOf, latencyFigures } from "./latency-figures.js";
import { depthChart, throughputChart } from "./line-charts.js";
import { outputsSection } from "./outputs-section.js";
import { timelineChart } from "./timeline-chart.js";

/**
 * The report as one HTML page: verdict first, charts as inline SVG with a table behind each, no network. A content
 * security policy forbids everything that is not in the file, so that what a model said can't run or load anything.
 */
export function renderHtml(report: BenchReport, journal: readonly RequestRecord[]): string {
  const requests = recordsOfTrials(journal, report.results);
  const models = report.models.map(({ name }) => name).join(", ");
  return htmlPage({
    title: `Benchmark: ${models}`,
    subtitle: subtitle(report),
    sections: [
      verdictSection(report),
      chartSection("Comparison", (report.comparisons ?? []).map(forestChart)),
      chartSection("Latency", latencyCharts(report, requests)),
      chartSection("Throughput and depth", [
        throughputChart(report),
        depthChart(report, "prefill_tps"),
        depthChart(report, "decode_tps"),
        depthChart(report, "ttft_ms"),
      ]),
      chartSection(
        "Requests in time",
        report.models.flatMap(({ name }) => report.scenarios.map(({ id }) => timelineChart(requests, name, id))),
      ),
      missingSection(report, requests),
      outputsSection(report),
      tablesSection(report),
    ],
  });
}

function subtitle({ run, environment: { client, server } }: BenchReport): string {
  const where = server.isLocal ? "on the same machine" : (server.url ?? "");
  return `${run.startedAt.slice(0, 16).replace("T", " ")} UTC · ${client.cpu}, ${counted(client.cores, "core")} · server ${server.version ?? "unknown"} ${where} · codo bench ${run.toolVersion}, seed ${run.seed}`;
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
      : `<details${warnings.length <= 4 ? " open" : ""}><summary>${warnings.length} warnings: read before you use the figures</summary><ul class="warnings">${warnings.join("")}</ul></details>`;
  return `<section id="verdict"><ul class="verdicts">${items.join("")}</ul>${details}</section>`;
}

function latencyCharts(report: BenchReport, requests: readonly RequestRecord[]): string[] {
  const samples = latenciesOf(report, requests);
  return report.scenarios.flatMap(({ id }) =>
    LATENCIES.flatMap((metric) => {
      const mine = samples.filter((sample) => sample.scenarioId === id && sample.metric === metric);
      return latencyFigures(
        mine.map(({ model, count, values }) => ({ name: model, count, values })),
        id,
        metric,
      );
    }),
  );
}

/** What the page cannot draw, and what would let it. */
function missingSection(report: BenchReport, requests: readonly RequestRecord[]): string {
  if (requests.length > 0) return "";
  const latencies = report.latencies === undefined ? "How the latencies are distributed and the" : "The";
  const what = `${latencies} requests in time are not drawn: the requests themselves are not here.`;
  const where =
    report.requestsFile === undefined
      ? "A measurement with --journal writes them down."
      : `Keep ${basename(report.requestsFile)} beside the report.`;
  return `<section id="missing"><p class="faint">${esc(`${what} ${where}`)}</p></section>`;
}

function tablesSection(report: BenchReport): string {
  const parts = [htmlTable(modelsTable(report), "Models")];
  if (report.slo.length > 0) parts.push(htmlTable(sloTable(report), "Objectives"));
  if (report.quality.length > 0) parts.push(htmlTable(qualityTable(report), "Quality checks"));
  for (const aggregate of report.aggregates)
    parts.push(
      htmlTable(
        metricsTable(aggregate),
        `${aggregate.model}, ${aggregate.scenarioId}: ${aggregate.counts.ok} of ${aggregate.counts.attempted} ok in ${counted(aggregate.trials, "trial")}`,
      ),
    );
  return `<section id="tables"><h2>All numbers</h2>${parts.join("")}<p class="faint">Environment ${esc(report.environment.fingerprint)} · run ${esc(report.run.id)}</p></section>`;
}

import { OllamaError } from "@codo/ollama-contract";
import type { RequestRecord } from "../../measure/request-record.js";
import type { BenchReport } from "../../report/bench-report.js";
import type { Comparison } from "../../report/comparison.js";
import { renderHtml } from "../html/render-html.js";
import { withBaseline } from "../with-baseline.js";
import { renderCsv } from "./csv.js";
import { renderJunit } from "./junit.js";
import { renderMarkdown } from "./markdown.js";
import { renderText } from "./text.js";

/** What a report can be rendered to. */
export type ReportFormat = "text" | "markdown" | "html" | "csv" | "json" | "junit";

/** Beside the report: requests from its journal, for the timeline and the distributions of the HTML page. */
export interface RenderOptions {
  /** Records as the journal has them; without them its page has no requests in time. */
  requests?: readonly RequestRecord[];
  /** How the report compares with an earlier one, from `compareReports`; every format shows it. */
  baseline?: Comparison;
  /** How wide the terminal is that `text` is for. @defaultValue 80 */
  columns?: number;
}

/**
 * Renders a report. `html` is one self-contained page that opens from disk and asks the network for nothing.
 * @throws OllamaError `INVALID_REQUEST` for an unknown format
 */
export function renderReport(report: BenchReport, format: ReportFormat, options: RenderOptions = {}): string {
  const { requests = [], baseline, columns } = options;
  const compared = baseline === undefined ? report : withBaseline(report, baseline);
  switch (format) {
    case "text":
      return renderText(compared, columns);
    case "markdown":
      return renderMarkdown(compared);
    case "html":
      return renderHtml(compared, requests);
    case "csv":
      return renderCsv(report, baseline);
    case "json":
      return `${JSON.stringify(withComparison(report, baseline), null, 2)}\n`;
    case "junit":
      return renderJunit(compared);
    default:
      throw new OllamaError(
        "INVALID_REQUEST",
        `There is no report format "${String(format)}". Choose text, markdown, html, csv, json or junit.`,
      );
  }
}

/** The report as JSON has it: what a baseline adds stands beside what was measured. */
function withComparison(report: BenchReport, baseline: Comparison | undefined): object {
  return baseline === undefined ? report : { ...report, baselineComparison: baseline };
}

import { OllamaError } from "@codo/ollama-contract";
import type { RequestRecord } from "../../measure/request-record.js";
import type { BenchReport } from "../../report/bench-report.js";
import { renderHtml } from "../html/render-html.js";
import { renderCsv } from "./csv.js";
import { renderJunit } from "./junit.js";
import { renderMarkdown } from "./markdown.js";
import { renderText } from "./text.js";

/** What a report can be rendered to. */
export type ReportFormat = "text" | "markdown" | "html" | "csv" | "json" | "junit";

/** Beside the report: requests from its journal, for the timeline and the distributions of the HTML page. */
export interface RenderOptions {
  /** Records as the journal has them; without them the page shows trial medians only. */
  requests?: readonly RequestRecord[];
}

/**
 * Renders a report. `html` is one self-contained page that opens from disk and asks the network for nothing.
 * @throws OllamaError `INVALID_REQUEST` for an unknown format
 */
export function renderReport(report: BenchReport, format: ReportFormat, options: RenderOptions = {}): string {
  switch (format) {
    case "text":
      return renderText(report);
    case "markdown":
      return renderMarkdown(report);
    case "html":
      return renderHtml(report, options.requests ?? []);
    case "csv":
      return renderCsv(report);
    case "json":
      return `${JSON.stringify(report, null, 2)}\n`;
    case "junit":
      return renderJunit(report);
    default:
      throw new OllamaError(
        "INVALID_REQUEST",
        `There is no report format "${String(format)}". Choose text, markdown, html, csv, json or junit.`,
      );
  }
}

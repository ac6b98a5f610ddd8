import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { type BenchReport, type Comparison, compareReports, parseReport, renderReport } from "@codo/ollama-bench";
import { OllamaError } from "@codo/ollama-contract";
import type { OutputManager } from "@codo/ollama-output";
import type { ApiRoute } from "../http/api-route.js";

/** What differs between two reports. */
export type ReportComparison = Comparison;

/** The addresses of benchmark reports; the list of them is a list of results. */
export function reportRoutes(output: OutputManager): ApiRoute[] {
  return [
    {
      method: "GET",
      path: "/api/reports/:id/html",
      answer: async ({ id, response }) => sendReport(response, renderReport(await getReport(output, id), "html")),
    },
    {
      method: "GET",
      path: "/api/comparison",
      answer: async ({ url }) => {
        const [before, after] = await Promise.all(
          ["before", "after"].map((name) => getReport(output, url.searchParams.get(name) ?? "")),
        );
        return compareReports(before as BenchReport, after as BenchReport);
      },
    },
  ];
}

async function getReport(output: OutputManager, id: string): Promise<BenchReport> {
  const report = (await output.getOutput(id))?.report;
  if (report !== undefined) return parseReport(report);
  throw new OllamaError("INVALID_REQUEST", `There is no benchmark report "${id}"; it may have been deleted.`);
}

/** The same page that `codo report --format html` writes, in a sandbox: it may do what its own style and script do, and no more. */
function sendReport(response: ServerResponse, html: string): undefined {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": `sandbox allow-scripts; default-src 'none'; img-src data:; style-src '${hashOf(html, "style")}'; script-src '${hashOf(html, "script")}'; frame-ancestors 'self'`,
  });
  response.end(html);
}

/** What a report says is escaped, so that the first element of a name is the page's own. */
function hashOf(html: string, element: "style" | "script"): string {
  const start = html.indexOf(`<${element}>`) + element.length + 2;
  const text = html.slice(start, html.indexOf(`</${element}>`, start));
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

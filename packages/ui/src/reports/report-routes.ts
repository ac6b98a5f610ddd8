import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { basename, join } from "node:path";
import {
  type BenchReport,
  type ComparedReport,
  type Comparison,
  compareReports,
  parseReport,
  type RequestRecord,
  readRequests,
  renderComparison,
  renderReport,
} from "@codo/ollama-bench";
import { OllamaError } from "@codo/ollama-contract";
import type { OutputManager } from "@codo/ollama-output";
import type { ApiRoute } from "../http/api-route.js";

/** What differs between two reports. */
export type ReportComparison = Comparison;

/** The addresses of benchmark reports; the list of them is a list of results. @param folder - where their requests are */
export function reportRoutes(output: OutputManager, folder: string): ApiRoute[] {
  const find = (id: string | null): Promise<ComparedReport> => findReport(output, folder, id ?? "");
  return [
    {
      method: "GET",
      path: "/api/reports/:id/html",
      answer: async ({ id, response }) => {
        const { report, requests = [] } = await find(id);
        return sendReport(response, renderReport(report, "html", { requests }));
      },
    },
    {
      method: "GET",
      path: "/api/comparison",
      answer: async ({ url: { searchParams } }) => {
        const { report: before } = await find(searchParams.get("before"));
        return compareReports(before, (await find(searchParams.get("after"))).report);
      },
    },
    {
      method: "GET",
      path: "/api/comparison/html",
      answer: async ({ url: { searchParams }, response }) => {
        const before = await find(searchParams.get("before"));
        return sendReport(response, renderComparison(before, await find(searchParams.get("after"))));
      },
    },
  ];
}

async function findReport(output: OutputManager, folder: string, id: string): Promise<ComparedReport> {
  const saved = (await output.getOutput(id))?.report;
  if (saved === undefined) {
    throw new OllamaError("INVALID_REQUEST", `There is no benchmark report "${id}"; it may have been deleted.`);
  }
  const report = parseReport(saved);
  return { report, requests: await findRequests(report, folder) };
}

/** A report may come from anybody: its requests are looked for by their plain name, and no link is followed. */
async function findRequests({ requestsFile }: BenchReport, folder: string): Promise<RequestRecord[]> {
  if (requestsFile === undefined) return [];
  const path = join(folder, basename(requestsFile));
  const file = await lstat(path).catch(() => undefined);
  const requests: RequestRecord[] = [];
  if (file?.isFile() === true) for await (const request of readRequests(path)) requests.push(request);
  return requests;
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

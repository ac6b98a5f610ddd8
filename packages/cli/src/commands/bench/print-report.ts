import { writeFile } from "node:fs/promises";
import {
  type BenchReport,
  type Comparison,
  compareReports,
  parseReport,
  type ReportFormat,
  type RequestRecord,
  readRequests,
  renderReport,
} from "@codo/ollama-bench";
import { OllamaError } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus, statusOfPartialRun } from "../../errors/exit-status.js";
import { promptWords } from "../../errors/prompt-words.js";
import { reportError } from "../../errors/report-error.js";
import { readTextArgument } from "../../running/read-text.js";
import { sanitize } from "../../terminal/sanitize.js";
import { type Terminal, toSafeJson } from "../../terminal/terminal.js";
import { comparisonRows } from "./comparison-rows.js";
import { nothingMeasured } from "./nothing-measured.js";

const ENDINGS: Readonly<Record<string, ReportFormat>> = {
  md: "markdown",
  html: "html",
  csv: "csv",
  json: "json",
  xml: "junit",
};

/** A report, and where its requests are. */
export interface ReportSource {
  report: BenchReport;
  /** Gives every request; asked only where a format shows them. */
  collectRequests: () => Promise<readonly RequestRecord[]>;
  /** Shows it at the prompt. @defaultValue as text */
  show?: () => void;
}

/** Prints a report, or writes it to a file, and compares it with a baseline. Gives the exit status. */
export async function printReport(
  { report, collectRequests, show }: ReportSource,
  args: ParsedArguments,
  context: CliContext,
): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const baseline = args.text("baseline");
  const comparison = baseline === undefined ? undefined : compareReports(await readReport(baseline), report);
  const output = args.text("output");
  const format = formatOf(args);
  // At the prompt the comparison is a table of its own below the text.
  const isShown = format === "text" && output === undefined;
  const rendered = renderReport(report, format, {
    ...(format === "html" ? { requests: await collectRequests() } : {}),
    ...(comparison === undefined || isShown ? {} : { baseline: comparison }),
    ...(isShown && terminal.isOutputTerminal ? { columns: terminal.columns } : {}),
  });
  if (output !== undefined) {
    await writeFile(output, rendered);
    terminal.note(`Written to ${output}.`);
  }
  if (globals.isJson) terminal.json(comparison === undefined ? report : { ...report, baselineComparison: comparison });
  else {
    if (isShown && show !== undefined) show();
    else if (output === undefined) printRendered(rendered, format, terminal);
    // Nothing comes after a report that a program reads.
    if (comparison !== undefined && (isShown || output !== undefined)) printComparison(comparison, context);
  }
  return statusOf(report, comparison, args.flag("strict")) ?? reportNothingMeasured(report, context);
}

function printRendered(rendered: string, format: ReportFormat, terminal: Terminal): void {
  // JSON has escapes of its own, and the line ends of CSV are part of it; its writer leaves no control in a cell.
  if (format === "json") terminal.writeUnchecked(`${toSafeJson(JSON.parse(rendered), 2)}\n`);
  else if (format === "csv") terminal.writeUnchecked(rendered);
  else if (format === "text") terminal.tell(promptWords(rendered.trimEnd()));
  else terminal.write(rendered);
}

/** Says which model answered no request, with the exit status for what they failed with. */
function reportNothingMeasured(report: BenchReport, { terminal }: CliContext): ExitStatus | undefined {
  const error = nothingMeasured(report);
  return error === undefined ? undefined : reportError(error, terminal);
}

/** Reads a report in JSON. @throws UsageError when there is no such file, OllamaError `INVALID_CONFIG` when it is none */
export async function readReport(file: string): Promise<BenchReport> {
  const text = await readTextArgument("The report", file, "Make a report with `codo bench --json > report.json`.");
  return parseReport(text);
}

/** The format that is asked for, else the one of the file's ending. */
export function formatOf(args: ParsedArguments): ReportFormat {
  const [asked, output] = [args.text("format"), args.text("output")];
  if (asked !== undefined) return asked as ReportFormat;
  return ENDINGS[output?.split(".").at(-1)?.toLowerCase() ?? ""] ?? "text";
}

/** The requests in a journal; none without one. Says why one cannot be read: the page does without them. */
export async function requestsOf(file: string | undefined, terminal: Terminal): Promise<RequestRecord[]> {
  if (file === undefined) return [];
  const requests: RequestRecord[] = [];
  try {
    for await (const request of readRequests(file)) requests.push(request);
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    terminal.warn(sanitize(`The page has no requests in time: ${error.message}`));
    return [];
  }
  return requests;
}

function printComparison(
  { comparable, environmentDiff, metrics, verdict }: Comparison,
  { terminal }: CliContext,
): void {
  terminal.line();
  if (!comparable) terminal.tell(terminal.style.yellow("The two reports are not comparable:"));
  for (const { field, before, after } of environmentDiff) terminal.tell(sanitize(`  ${field}: ${before} → ${after}`));
  if (metrics.length === 0) {
    terminal.tell("No model was measured in the same scenario in both reports: there are no numbers to compare.");
    return;
  }
  const rows = comparisonRows(metrics.filter(({ exploratory }) => !exploratory));
  terminal.table(["METRIC", "MODEL", "SCENARIO", "BEFORE", "AFTER", "SHIFT", "VERDICT"], rows);
  terminal.tell(`Against the baseline: ${verdict}`);
}

function statusOf(report: BenchReport, comparison: Comparison | undefined, isStrict: boolean): ExitStatus | undefined {
  if (report.run.status === "partial") return statusOfPartialRun(report.run);
  if (report.slo.some(({ met }) => met === false)) return EXIT_STATUS.sloViolated;
  if (comparison?.verdict === "worse") return EXIT_STATUS.regression;
  // With --strict too, that nothing was measured says more than that it is inconclusive.
  if (nothingMeasured(report) !== undefined) return undefined;
  const isOpen = comparison !== undefined && (!comparison.comparable || comparison.verdict === "inconclusive");
  const isUntold = isOpen || report.slo.some(({ met }) => met === null);
  return isStrict && isUntold ? EXIT_STATUS.inconclusive : undefined;
}

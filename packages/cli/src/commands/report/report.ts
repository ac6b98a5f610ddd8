import { dirname } from "node:path";
import { parseReport } from "@codo/ollama-bench";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { printReport, readReport } from "../bench/print-report.js";
import { requestsBeside } from "./requests-beside.js";

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** Renders a report that was measured before. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const named = args.required("file");
  const kept = ULID.test(named) ? await (await context.outputs()).getOutput(named) : null;
  const report = kept?.report === undefined ? await readReport(named) : parseReport(kept.report);
  const folder = kept?.report === undefined ? dirname(named) : ".";
  const findRequests = () => requestsBeside(report, folder, context.terminal);
  return await printReport({ report, findRequests }, args, context);
}

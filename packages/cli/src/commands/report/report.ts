import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { parseReport } from "@codo/ollama-bench";
import type { SavedOutput } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { printReport, readReport, requestsOf } from "../bench/print-report.js";
import { resolveResultId } from "../outputs/result-id.js";
import { requestsBeside } from "./requests-beside.js";

/** What may name a kept report: an id, the beginning of one, `last` or `last~2`. */
const KEPT = /^(?:[0-9A-HJKMNP-TV-Z]{1,26}|last(?:~\d{1,6})?)$/i;

/** Renders a report that was measured before. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const named = args.required("file");
  const kept = KEPT.test(named) && !existsSync(named) ? await findKept(named, context) : null;
  const report = kept?.report === undefined ? await readReport(named) : parseReport(kept.report);
  const folder = kept?.report === undefined ? dirname(named) : ".";
  const collectRequests = () => requestsOf(requestsBeside(report, folder, context.terminal), context.terminal);
  return await printReport({ report, collectRequests }, args, context);
}

async function findKept(named: string, context: CliContext): Promise<SavedOutput | null> {
  const outputs = await context.outputs();
  return await outputs.getOutput(await resolveResultId(outputs, named, { kinds: ["benchmark", "comparison"] }));
}

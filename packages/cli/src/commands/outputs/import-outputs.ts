import { statSync } from "node:fs";
import type { ImportSummary, OutputManager } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { UsageError } from "../../errors/usage-error.js";
import { asUsageError, PIPED_INPUT } from "../../running/read-text.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Saves the results of an export. Exit status 1 when a part of it could not be read; the rest is there then. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const summary = await importFrom(args.required("file"), await context.outputs()).catch((error: unknown) => {
    throw asUsageError(error);
  });
  const { imported, skipped, unreadable } = summary;
  if (globals.isJson) terminal.json(summary);
  else terminal.note(`${imported} imported, ${skipped} were there already.`);
  for (const { source, reason } of unreadable) terminal.error(sanitize(`codo: ${withSource(source, reason)}`));
  if (unreadable.length === 0) return undefined;
  terminal.error(
    `      ${unreadable.length} not imported. Fix what is named, and import again: nothing is imported twice.`,
  );
  return EXIT_STATUS.failure;
}

async function importFrom(file: string, outputs: OutputManager): Promise<ImportSummary> {
  if (file === "-") return await outputs.importOutputs(PIPED_INPUT, process.stdin);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined)
    throw new UsageError(`There is no file ${file}.`, "Name a file that `codo outputs export` wrote.");
  return found.isDirectory() ? await outputs.importPythonOutputs(file) : await outputs.importOutputs(file);
}

function withSource(source: string, reason: string): string {
  return reason.startsWith(source) ? reason : `${source}: ${reason}`;
}

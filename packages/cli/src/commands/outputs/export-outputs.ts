import type { ExportFormat, ExportOptions } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { counted } from "../../terminal/quantities.js";
import { readFilter } from "./read-filter.js";

/** Writes results to a file, or to stdout. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const file = args.required("file");
  const format = args.text("format") as ExportFormat | undefined;
  const options = { ...readFilter(args), ...(format === undefined ? {} : { format }) };
  if (file === "-") return await writeToStdout(options, context);
  const summary = await (await context.outputs()).exportOutputs(file, options);
  if (globals.isJson) terminal.json(summary);
  else terminal.note(`${counted(summary.records, "record")} written to ${summary.path}.`);
}

async function writeToStdout(options: ExportOptions, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const format = options.format ?? "jsonl";
  if (globals.isJson && format !== "jsonl") {
    throw new UsageError(`--json and --format ${format} do not go together.`, "Leave out --json.");
  }
  for await (const text of (await context.outputs()).exportText({ ...options, format })) {
    // A program gets every character as it was saved; a terminal obeys none.
    if (terminal.isOutputTerminal) terminal.write(text);
    else terminal.writeUnchecked(text);
  }
}

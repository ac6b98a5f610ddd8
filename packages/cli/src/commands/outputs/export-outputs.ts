import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { readFilter } from "./read-filter.js";

/** Writes results to a file. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const summary = await (await context.outputs()).exportOutputs(args.required("file"), readFilter(args));
  if (globals.isJson) terminal.json(summary);
  else terminal.note(`${summary.records} records written to ${summary.path}.`);
}

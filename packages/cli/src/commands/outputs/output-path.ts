import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";

/** Prints the folder of the results. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<undefined> {
  const path = await context.outputFolder();
  if (context.globals.isJson) context.terminal.json({ path });
  else context.terminal.line(path);
}

import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { counted } from "../../terminal/quantities.js";

/** Rebuilds the index. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const summary = await (await context.outputs()).rebuildIndex();
  if (globals.isJson) terminal.json(summary);
  else terminal.note(`${counted(summary.records, "record")} indexed, ${summary.unreadable} unreadable.`);
}

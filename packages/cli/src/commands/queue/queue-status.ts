import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { openNamedFleet } from "./named-fleet.js";
import { statusLines } from "./status-lines.js";

/** Shows a queue as it is now. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const fleet = await openNamedFleet(args, context);
  const status = await fleet.status();
  if (globals.isJson) terminal.json(status);
  else for (const line of statusLines(status, terminal)) terminal.line(line);
}

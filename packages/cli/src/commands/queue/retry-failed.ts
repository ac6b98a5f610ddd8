import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { counted } from "../../terminal/quantities.js";
import { itemFilter } from "./item-filter.js";
import { openNamedFleet } from "./named-fleet.js";

/** Has prompts tried again that were given up. Exit status 1 when single jobs were named and none of them was there. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const fleet = await openNamedFleet(args, context);
  const filter = itemFilter(args);
  const retried = await fleet.retry(filter);
  if (globals.isJson) terminal.json({ retried });
  else terminal.tell(`${counted(retried, "prompt")} tried again.`);
  return filter.jobIds !== undefined && retried === 0 ? EXIT_STATUS.failure : undefined;
}

import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { changePins } from "./pin-outputs.js";

/** Lets the next clean-up remove results that were pinned. Exit status 1 when one of them was not there. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  return await changePins(args, context, false);
}

import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { changeEach } from "./change-each.js";

/** Keeps results through every clean-up. Exit status 1 when one of them was not there. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  return await changePins(args, context, true);
}

/** Pins the results, or lets go of them. */
export async function changePins(
  args: ParsedArguments,
  context: CliContext,
  isPinned: boolean,
): Promise<ExitStatus | undefined> {
  const outputs = await context.outputs();
  return await changeEach(args.list("id"), context, {
    name: isPinned ? "pinned" : "unpinned",
    change: async (id) => ((await outputs.pinOutput(id, isPinned)) ? id : undefined),
    describe: (id) => `${isPinned ? "Pinned" : "Unpinned"} ${id}.`,
  });
}

import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { changeEach } from "./change-each.js";

/** Removes results. Exit status 1 when one of them was not there. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const outputs = await context.outputs();
  return await changeEach(args.list("id"), context, {
    name: "removed",
    change: async (id) => ((await outputs.deleteOutput(id)) ? id : undefined),
    describe: (id) => `Removed ${id}.`,
  });
}

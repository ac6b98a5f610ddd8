import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { sanitize } from "../../terminal/sanitize.js";
import { resolveResultIds } from "./result-id.js";

/** Removes results. Exit status 1 when one of them was not there. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const outputs = await context.outputs();
  const removed: string[] = [];
  const missing: string[] = [];
  for (const id of await resolveResultIds(outputs, args.list("id")))
    ((await outputs.deleteOutput(id)) ? removed : missing).push(id);
  if (globals.isJson) terminal.json({ removed, missing });
  else for (const id of removed) terminal.note(`Removed ${sanitize(id)}.`);
  for (const id of missing) terminal.error(`codo: There is no result ${sanitize(id)}.`);
  if (missing.length > 0) terminal.error("      `codo outputs list` shows what is kept.");
  return missing.length === 0 ? undefined : EXIT_STATUS.failure;
}

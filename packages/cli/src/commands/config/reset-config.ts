import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { changeTarget } from "./change-target.js";

/** Empties the file and reports where its copy is. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const { backupFile } = await context.unreadConfig().reset(changeTarget(args));
  if (globals.isJson) terminal.json({ backupFile: backupFile ?? null });
  else
    terminal.note(backupFile === undefined ? "There was nothing to reset." : `Reset; the old file is ${backupFile}.`);
}

import { resolve } from "node:path";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";

/** Writes the settings as one portable file. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const file = resolve(args.required("file"));
  const config = await context.config();
  const isWritten = await config.exportConfig(file, { includeSecrets: args.flag("secrets") });
  if (!isWritten) throw config.lastError;
  if (globals.isJson) terminal.json({ file });
  else terminal.note(`Written to ${file}.`);
}

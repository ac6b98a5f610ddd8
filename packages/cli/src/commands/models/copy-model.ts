import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";

/** Gives a model a second name. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const [source, destination] = [args.required("source"), args.required("destination")];
  await (await context.client()).copy({ source, destination }, { signal });
  if (globals.isJson) terminal.json({ source, destination });
  else terminal.note(`${source} is now also ${destination}.`);
}

import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";

/** Deletes models, one after the other; the first that fails ends it. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const client = await context.client();
  const deleted: string[] = [];
  context.done = { deleted };
  for (const model of args.list("model")) {
    await client.delete({ model }, { signal });
    deleted.push(model);
    if (!globals.isJson) terminal.note(`Deleted ${model}.`);
  }
  if (globals.isJson) terminal.json({ deleted });
}

import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { nothingLoaded } from "../../hints/no-server.js";
import { callTimeouts } from "../../running/call-timeouts.js";

/** Takes models out of memory. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const call = { signal, ...callTimeouts(args) };
  const client = await context.client({ start: false }).catch((error: unknown) => {
    throw nothingLoaded(error);
  });
  const unloaded: string[] = [];
  context.done = { unloaded };
  for (const model of args.list("model")) {
    await client.generate({ model, keep_alive: 0, stream: false }, call);
    unloaded.push(model);
    if (!globals.isJson) terminal.note(`Unloaded ${model}.`);
  }
  if (globals.isJson) terminal.json({ unloaded });
}

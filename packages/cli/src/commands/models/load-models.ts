import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { callTimeouts } from "../../running/call-timeouts.js";

/** Loads models into memory; an embedding model by embedding nothing. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const call = { signal, ...callTimeouts(args) };
  const client = await context.client();
  const time = args.text("keep-alive");
  const stay = time === undefined ? {} : { keep_alive: Number.isNaN(Number(time)) ? time : Number(time) };
  const loaded: string[] = [];
  context.done = { loaded };
  for (const model of args.list("model")) {
    const { capabilities = [] } = await client.show({ model }, { signal });
    const onlyEmbeds = capabilities.includes("embedding") && !capabilities.includes("completion");
    if (onlyEmbeds) await client.embed({ model, input: [], ...stay }, call);
    else await client.generate({ model, stream: false, ...stay }, call);
    loaded.push(model);
    if (!globals.isJson) terminal.note(`Loaded ${model}.`);
  }
  if (globals.isJson) terminal.json({ loaded });
}

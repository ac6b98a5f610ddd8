import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { counted } from "../../terminal/quantities.js";
import { openNamedFleet } from "./named-fleet.js";

/** Removes a batch from its queue. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const batch = args.required("batch");
  const removed = await (await openNamedFleet(args, context)).remove(batch);
  if (globals.isJson) terminal.json({ batch, removed });
  else terminal.tell(`Batch ${batch} is removed, with ${counted(removed, "job")}.`);
}

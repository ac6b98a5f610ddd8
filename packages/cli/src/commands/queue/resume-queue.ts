import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { openNamedFleet } from "./named-fleet.js";

/** Lets one model's queue go on, or all. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const model = args.text("model");
  await (await openNamedFleet(args, context)).resume(model);
  if (globals.isJson) terminal.json({ isPaused: false, ...(model === undefined ? {} : { model }) });
  else terminal.tell(`${model ?? "Every model"} goes on.`);
}

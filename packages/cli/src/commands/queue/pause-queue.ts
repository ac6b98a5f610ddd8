import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { openNamedFleet } from "./named-fleet.js";

/** Holds one model's queue, or all. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const model = args.text("model");
  await (await openNamedFleet(args, context)).pause(model);
  if (globals.isJson) terminal.json({ isPaused: true, ...(model === undefined ? {} : { model }) });
  else terminal.tell(`${model ?? "Every model"} is paused. \`codo queue resume\` resumes it.`);
}

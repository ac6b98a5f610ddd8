import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { changeTarget } from "./change-target.js";
import { ownChange } from "./own-change.js";

/** Takes one value out of the file. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const key = args.required("key");
  const wasSet = await ownChange(args, context, () => context.unreadConfig().unset(key, changeTarget(args)));
  if (globals.isJson) terminal.json({ key, wasSet });
  else terminal.note(wasSet ? `${key} is no longer set.` : `${key} was not set.`);
}

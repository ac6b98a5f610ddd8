import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { itemFilter } from "./item-filter.js";
import { openNamedFleet } from "./named-fleet.js";

/** Lists what was given up; with `--json` one line each. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const fleet = await openNamedFleet(args, context);
  let count = 0;
  for await (const item of fleet.failed(itemFilter(args))) {
    count++;
    if (globals.isJson) terminal.json(item);
    else {
      const place = item.host === undefined ? "" : ` at ${item.host}`;
      terminal.tell(`${item.jobId}  ${item.model}  ${item.code}${place}: ${item.reason}`);
    }
  }
  if (count === 0) terminal.note("No prompt has failed for good.");
  else terminal.note("`codo queue retry` retries them: all, --batch ID, or single jobs.");
}

import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { sanitize } from "../../terminal/sanitize.js";
import { resolveResultIds } from "./result-id.js";

/** A change that a command makes to one result after the other. */
export interface ResultChange<T> {
  /** How JSON calls what was changed. */
  name: string;
  /** Gives what JSON says of the result; `undefined` when it is not there. */
  change: (id: string) => Promise<T | undefined>;
  /** The line that is printed. */
  describe: (id: string, changed: T) => string;
}

/** Changes the results that are there, and names the others. Exit status 1 when one of them was not there. */
export async function changeEach<T>(
  named: readonly string[],
  context: CliContext,
  { name, change, describe }: ResultChange<T>,
): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const changed: T[] = [];
  const missing: string[] = [];
  for (const id of await resolveResultIds(await context.outputs(), named)) {
    const value = await change(id);
    if (value === undefined) missing.push(id);
    else {
      changed.push(value);
      if (!globals.isJson) terminal.note(sanitize(describe(id, value)));
    }
  }
  if (globals.isJson) terminal.json({ [name]: changed, missing });
  for (const id of missing) terminal.error(`codo: There is no result ${sanitize(id)}.`);
  if (missing.length > 0) terminal.error("      `codo outputs list` shows what is kept.");
  return missing.length === 0 ? undefined : EXIT_STATUS.failure;
}

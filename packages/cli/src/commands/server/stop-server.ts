import { stopLastingServer } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";

/** Stops the lasting server. */
export async function run(_args: ParsedArguments, { terminal, globals }: CliContext): Promise<undefined> {
  const isStopped = (await stopLastingServer()) !== undefined;
  if (globals.isJson) terminal.json({ stopped: isStopped });
  else terminal.line(isStopped ? "Stopped." : "No server was started by `codo server start`.");
}

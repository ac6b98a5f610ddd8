import { parseSettingPath } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Prints one value as it is, a secret too: it was asked for. Exit status 1 when there is none. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const key = args.required("key");
  const { value, isSet } = await (await context.config()).explain(parseSettingPath(key).join("."));
  if (globals.isJson) terminal.json({ key, value: value ?? null, isSet });
  else if (value !== undefined) terminal.line(sanitize(typeof value === "string" ? value : JSON.stringify(value)));
  if (value !== undefined) return undefined;
  terminal.note(`${key} is not set.`);
  return EXIT_STATUS.failure;
}

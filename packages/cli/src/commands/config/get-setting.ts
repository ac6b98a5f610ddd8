import { parseSettingPath } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { sanitize } from "../../terminal/sanitize.js";
import { asUsed } from "./used-value.js";

/** Prints one value as it will be used, a secret too: it was asked for. Exit status 1 when there is none. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const key = args.required("key");
  const found = await (await context.config()).explain(parseSettingPath(key).join("."));
  const { value, isSet } = await asUsed(found, context);
  const isNone = value === undefined || value === null;
  if (globals.isJson) terminal.json({ key, value: value ?? null, isSet });
  else if (!isNone) terminal.line(sanitize(typeof value === "string" ? value : JSON.stringify(value)));
  if (!isNone) return undefined;
  terminal.note(`${key} is not set.`);
  return EXIT_STATUS.failure;
}

import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { sanitize } from "../../terminal/sanitize.js";
import { CHECKS, type Check } from "./checks.js";

/** Where the messages begin. */
const INDENT = 19;

/** Runs every check and reports what it found. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const checks: Check[] = [];
  for (const check of CHECKS) {
    const found = [await check(context)].flat();
    checks.push(...found);
    if (!globals.isJson) for (const one of found) report(one, context);
  }
  const isWell = checks.every(({ status }) => status !== "failure");
  if (globals.isJson) {
    terminal.json({ ok: isWell, checks });
    return undefined;
  }
  return isWell ? undefined : EXIT_STATUS.failure;
}

function report({ name, status, message, remedy }: Check, { terminal }: CliContext): void {
  const { green, yellow, red } = terminal.style;
  const mark = { ok: green("ok     "), warning: yellow("warning"), failure: red("failure") }[status];
  terminal.tell(`${mark}  ${name.padEnd(8)}  ${sanitize(message)}`, INDENT);
  if (remedy !== undefined) terminal.tell(`${" ".repeat(INDENT)}${sanitize(remedy)}`);
}

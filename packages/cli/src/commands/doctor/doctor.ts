import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { sanitize } from "../../terminal/sanitize.js";
import { wrapText } from "../../terminal/text-layout.js";
import { CHECKS, type Check } from "./checks.js";

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
  const width = Math.max(20, terminal.lineWidth - 19);
  const [first = "", ...rest] = wrapText(sanitize(message), width);
  terminal.line(`${mark}  ${name.padEnd(8)}  ${first}`);
  const further = remedy === undefined ? [] : wrapText(sanitize(remedy), width);
  for (const line of [...rest, ...further]) terminal.line(`${" ".repeat(19)}${line}`);
}

import type { ConfigProblem } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { counted } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";
import { serverProbe } from "./server-probe.js";

/** Where the messages begin. */
const INDENT = 9;

/** Reports every problem. Exit status 1 for an error; warnings alone are none. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const probe = args.flag("offline") ? {} : await serverProbe(context);
  const validation = await context.unreadConfig().validateConfig(probe);
  const status = validation.valid ? undefined : EXIT_STATUS.failure;
  if (globals.isJson) {
    terminal.json(validation);
    return status;
  }
  for (const problem of validation.errors) printProblem(context, terminal.style.red("error  "), problem);
  for (const problem of validation.warnings) printProblem(context, terminal.style.yellow("warning"), problem);
  const { errors, warnings } = validation;
  terminal.line(
    errors.length + warnings.length === 0
      ? "All is well."
      : `${counted(errors.length, "error")}, ${counted(warnings.length, "warning")}`,
  );
  return status;
}

function printProblem(
  { terminal }: CliContext,
  head: string,
  { path, message, file, line, column }: ConfigProblem,
): void {
  const place = file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}:${column}`}`;
  terminal.tell(`${head}  ${sanitize(`${path}: ${message}`)}`, INDENT);
  if (place !== "") terminal.tell(`${" ".repeat(INDENT)}${terminal.style.dim(sanitize(place))}`);
}

import type { CommandSpec } from "./arguments/command-spec.js";
import { GLOBAL_OPTIONS, readGlobals } from "./arguments/global-options.js";
import { withCommand } from "./arguments/implied-command.js";
import { type ParsedCommandLine, parseCommandLine } from "./arguments/parse-command-line.js";
import type { ParsedArguments } from "./arguments/parsed-arguments.js";
import { COMMANDS } from "./commands/commands.js";
import { WELCOME } from "./commands/welcome.js";
import type { CliContext } from "./context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "./errors/exit-status.js";
import { isReaderGone, OutputLost } from "./errors/output-lost.js";
import type { ErrorReportOptions } from "./errors/report-error.js";
import { columnsOf, type OutputStream, Terminal } from "./terminal/terminal.js";

/** What a run of `codo` has around it. */
export interface CliEnvironment {
  stdout: OutputStream;
  stderr: OutputStream;
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Runs one command line and gives the exit status. Nothing is thrown; the process is left alone. */
export async function runCli(argv: readonly string[], around: CliEnvironment): Promise<ExitStatus> {
  const { stdout, stderr, env, signal } = around;
  const columns = columnsOf(around);
  const parsed: ParsedCommandLine =
    argv.length === 0
      ? { kind: "show", text: WELCOME }
      : await parseCommandLine(withCommand(argv, COMMANDS), { commands: COMMANDS, globals: GLOBAL_OPTIONS, columns });
  if (parsed.kind === "show") {
    stdout.write(`${parsed.text}\n`);
    return EXIT_STATUS.ok;
  }
  const globals = readGlobals(parsed.args);
  const isUnread = () => isReaderGone(signal);
  const terminal = new Terminal({ stdout, stderr, env, noColor: globals.noColor, quiet: globals.isQuiet, isUnread });
  if (parsed.kind === "invalid") {
    return await report(parsed.error, terminal, { json: globals.isJson, verbose: globals.isVerbose });
  }
  const { CliContext } = await import("./context/cli-context.js");
  const context = new CliContext({ terminal, globals, env, signal });
  try {
    const status = await runCommand(parsed.command, parsed.args, context);
    if (signal.reason instanceof OutputLost) throw signal.reason;
    return status ?? statusOfKeeping(context);
  } catch (error) {
    const { done } = context;
    if (isUnread()) return statusOfKeeping(context);
    if (signal.aborted) return await report(abortOf(signal), terminal, { json: globals.isJson, done });
    const { hintFor } = await import("./hints/hint-for.js");
    const hint = await hintFor(error, context);
    return await report(error, terminal, {
      json: globals.isJson,
      verbose: globals.isVerbose,
      done,
      ...(hint === undefined ? {} : { hint }),
    });
  } finally {
    await context.dispose();
  }
}

async function report(error: unknown, terminal: Terminal, options: ErrorReportOptions): Promise<ExitStatus> {
  const { reportError } = await import("./errors/report-error.js");
  return reportError(error, terminal, options);
}

// An answer that could not be kept changes the exit status too, for scripts that do not read stderr.
function statusOfKeeping({ hasLostOutput }: CliContext): ExitStatus {
  return hasLostOutput ? EXIT_STATUS.failure : EXIT_STATUS.ok;
}

async function runCommand(
  command: CommandSpec,
  args: ParsedArguments,
  context: CliContext,
): Promise<ExitStatus | undefined> {
  if (command.options?.timeout !== undefined) {
    const { readTimeout } = await import("./running/call-timeouts.js");
    const seconds = readTimeout(args);
    if (seconds !== undefined && seconds > 0) context.timeoutMs = seconds * 1000;
  }
  const module = await command.load?.();
  return await module?.run(args, context);
}

function abortOf(signal: AbortSignal): Error {
  if (signal.reason instanceof OutputLost) return signal.reason;
  const error = new Error("Interrupted.", { cause: signal.reason });
  error.name = "AbortError";
  return error;
}

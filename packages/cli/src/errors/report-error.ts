import { OllamaError, type OllamaErrorCode } from "@codo/ollama-core";
import type { Terminal } from "../terminal/terminal.js";
import { EXIT_STATUS, type ExitStatus, statusOfCode } from "./exit-status.js";
import { UsageError } from "./usage-error.js";

const HINTS: Partial<Record<OllamaErrorCode, string>> = {
  SERVER_UNAVAILABLE: "`codo server start` starts a server; `codo doctor` finds what is wrong.",
  CONNECTION_LOST: "`codo server status` shows whether the server still runs; then try again.",
  TIMEOUT_CONNECT: "Check --host, or `codo doctor`.",
  TIMEOUT_FIRST_TOKEN: "A large model may take long to load; raise --timeout.",
  TIMEOUT_TOTAL: "Raise --timeout, or leave it out.",
  MODEL_NOT_FOUND: "`codo models list` shows the models that are there; `codo models pull NAME` gets one.",
  MODEL_LACKS_CAPABILITY: "`codo models show NAME` shows what a model can do.",
  UNAUTHORIZED: "Set the key with `codo config set apiKey KEY`.",
  SERVER_BUSY: "Try again in a moment, or with less --concurrency.",
  INVALID_CONFIG: "`codo config validate` shows every problem with its place.",
  STORAGE_FAILED: "`codo doctor` checks folders and permissions.",
  CONTEXT_OVERFLOW: "Shorten the input, or raise the window with -o numCtx=N.",
};

/** How an error is told in JSON. */
export interface ErrorReport {
  error: { code: string; message: string; hint?: string; retryable?: boolean; details?: Record<string, unknown> };
}

/** Tells an error: a line that says what happened, one that says what to do. Gives the exit status. */
export function reportError(
  error: unknown,
  terminal: Terminal,
  { json = false, verbose = false }: { json?: boolean; verbose?: boolean } = {},
): ExitStatus {
  const status = statusOf(error);
  if (json) terminal.json(toErrorReport(error));
  if (status === EXIT_STATUS.interrupted) {
    terminal.error(terminal.errStyle.dim("Interrupted."));
    return status;
  }
  const { message, hint } = toErrorReport(error).error;
  const [first = "", ...more] = message.split("\n");
  terminal.error(`${terminal.errStyle.red("codo:")} ${first}`);
  for (const line of more) terminal.error(`      ${line}`);
  if (hint !== undefined) terminal.error(`      ${hint}`);
  if (verbose && error instanceof Error && error.stack !== undefined) terminal.error(error.stack);
  return status;
}

/** An error as plain data. */
export function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof UsageError) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return { error: { code: "USAGE", message: error.message, ...hint } };
  }
  const known = asOllamaError(error);
  if (known === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: "UNEXPECTED", message, hint: "With --verbose the stack is shown; please report it." } };
  }
  const { code, message, retryable, details } = known;
  const hint = HINTS[code];
  return { error: { code, message, ...(hint === undefined ? {} : { hint }), retryable, details } };
}

function statusOf(error: unknown): ExitStatus {
  if (error instanceof UsageError) return EXIT_STATUS.usage;
  const known = asOllamaError(error);
  return known === undefined ? EXIT_STATUS.failure : statusOfCode(known.code);
}

function asOllamaError(error: unknown): OllamaError | undefined {
  if (OllamaError.is(error)) return error;
  // An aborted signal throws its own reason where no package has wrapped it.
  const isAbort = error instanceof Error && error.name === "AbortError";
  return isAbort ? new OllamaError("ABORTED", "Interrupted.", { cause: error }) : undefined;
}

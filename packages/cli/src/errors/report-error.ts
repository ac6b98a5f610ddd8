import { OllamaError, type OllamaErrorCode } from "@codo/ollama-core";
import { sanitize } from "../terminal/sanitize.js";
import type { Terminal } from "../terminal/terminal.js";
import { EXIT_STATUS, type ExitStatus, statusOfCode } from "./exit-status.js";
import { OutputLost } from "./output-lost.js";
import { promptWords } from "./prompt-words.js";
import { UsageError } from "./usage-error.js";

const HINTS: Partial<Record<OllamaErrorCode, string>> = {
  SERVER_UNAVAILABLE: "`codo server start` starts a server; `codo doctor` finds what is wrong.",
  CONNECTION_LOST: "`codo server status` shows whether the server still runs; then try again.",
  TIMEOUT_CONNECT: "Check --host, or `codo doctor`.",
  TIMEOUT_FIRST_TOKEN: "A large model may take long to load; raise --timeout.",
  TIMEOUT_IDLE: "The server stopped in the middle; `codo server status` shows whether it still runs.",
  TIMEOUT_TOTAL: "Raise --timeout, or leave it out.",
  MODEL_NOT_FOUND: "`codo models list` shows the models that are there.",
  MODEL_LACKS_CAPABILITY: "`codo models show NAME` shows what a model can do.",
  UNAUTHORIZED: "Set the key with `codo config set apiKey KEY`.",
  SERVER_BUSY: "Try again in a moment, or with less --concurrency.",
  INVALID_CONFIG: "`codo config validate` shows every problem with its place.",
  STORAGE_FAILED: "`codo doctor` checks folders and permissions.",
  CONTEXT_OVERFLOW: "Shorten the input, or raise the window with -o numCtx=N.",
  INVALID_REQUEST: "Change what was asked for; --help after the command shows what it takes.",
  SERVER_ERROR: "`codo doctor` checks the server and what is around it.",
  STREAM_INCOMPLETE: "The answer is incomplete; try again, and see `codo server status`.",
  STREAM_CORRUPT: "Something between here and the server spoils answers; check --host and proxies.",
};

/** What the setting `requestTimeout` bounds; every other call has --timeout. */
const SHORT_CALLS: ReadonlySet<string> = new Set([
  "/api/tags",
  "/api/ps",
  "/api/show",
  "/api/copy",
  "/api/delete",
  "/api/version",
  "/api/status",
  "/api/me",
]);

/** What is advised to programs is said to people in the words of `codo`, by the hint. */
const ADVISED_BY_HINT: ReadonlySet<OllamaErrorCode> = new Set([
  "SERVER_UNAVAILABLE",
  "MODEL_NOT_FOUND",
  "MODEL_LACKS_CAPABILITY",
  "CONTEXT_OVERFLOW",
  "SERVER_BUSY",
  "TIMEOUT_CONNECT",
  "TIMEOUT_FIRST_TOKEN",
  "TIMEOUT_IDLE",
  "TIMEOUT_TOTAL",
]);

/** An unknown setting or preset, or a value that does not fit one: the command line is wrong, not the file. */
function isSettingSlip({ code, details }: OllamaError): boolean {
  const isNamed = details.key !== undefined || details.preset !== undefined;
  return code === "INVALID_CONFIG" && isNamed && details.file === undefined;
}

/** What is wrong with the journal that a command line names, and what to do about it. */
const JOURNAL_HINTS: Readonly<Record<string, string>> = {
  "journal-mismatch": "Name another journal with -O FILE, or continue this one with --continue-anyway.",
  "no-journal": "Name another file for the journal with -O FILE.",
};

function journalHint({ details: { problem } }: OllamaError): string | undefined {
  return typeof problem === "string" && Object.hasOwn(JOURNAL_HINTS, problem) ? JOURNAL_HINTS[problem] : undefined;
}

function hintOf(error: OllamaError): string | undefined {
  const forJournal = journalHint(error);
  if (forJournal !== undefined) return forJournal;
  if (error.details.withheld !== undefined) {
    return "CODO_TRUST_PROJECT=1 trusts the project (for CI), CODO_TRUST_PROJECT=0 continues without these settings.";
  }
  if (error.code === "TIMEOUT_TOTAL" && SHORT_CALLS.has(String(error.details.path))) {
    return "`codo config set requestTimeout SECONDS` raises the limit; `codo server status` shows whether the server runs.";
  }
  if (!isSettingSlip(error)) return HINTS[error.code];
  if (error.details.preset !== undefined) return "`codo config presets` shows what each of them sets.";
  const isKnown = error.details.problems !== undefined;
  return isKnown
    ? `\`codo config explain ${String(error.details.key)}\` shows what it is now.`
    : "`codo config list` shows every setting.";
}

/** An error as JSON. */
export interface ErrorReport {
  error: { code: string; message: string; hint?: string; retryable?: boolean; details?: Record<string, unknown> };
}

/** How an error is printed. */
export interface ErrorReportOptions {
  json?: boolean;
  /** With the stack. */
  verbose?: boolean;
  /** What was done before it failed, to stand beside the error in JSON. */
  done?: Readonly<Record<string, unknown>>;
  /** What to do, in place of what is said of every error with its code. */
  hint?: string;
}

/**
 * Prints an error: one line with what happened, one with what to do. Returns the exit status.
 */
export function reportError(
  error: unknown,
  terminal: Terminal,
  { json = false, verbose = false, done = {}, hint: better }: ErrorReportOptions = {},
): ExitStatus {
  const status = statusOf(error);
  const report = toErrorReport(error);
  if (better !== undefined)
    report.error = { ...report.error, hint: better, message: without(report.error.message, better) };
  if (json) terminal.json({ ...done, ...report });
  if (status === EXIT_STATUS.interrupted) {
    terminal.error(terminal.errStyle.dim("Interrupted."));
    return status;
  }
  const { message, hint } = report.error;
  // Messages carry what servers and files say, which is no more to be trusted than an answer.
  const [first = "", ...more] = sanitize(message).split("\n");
  terminal.error(`${terminal.errStyle.red("codo:")} ${first}`);
  for (const line of more) terminal.error(`      ${line}`);
  if (hint !== undefined && !message.includes(hint)) terminal.error(`      ${sanitize(hint)}`);
  if (verbose && error instanceof Error && error.stack !== undefined) terminal.error(error.stack);
  return status;
}

/** What a hint says need not stand in the message too. */
function without(message: string, hint: string): string {
  return message.endsWith(` ${hint}`) ? message.slice(0, -hint.length - 1) : message;
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
  const { code, retryable, details } = known;
  // The wire advises a pull also where nothing can be pulled; the hint knows the server.
  const isAdvisedByHint = ADVISED_BY_HINT.has(code) || journalHint(known) !== undefined;
  const said = isAdvisedByHint ? known.summary.replace(", try pulling it first", "") : known.message;
  const message = withoutRequest(said, details);
  const hint = hintOf(known);
  return {
    error: { code, message: promptWords(message), ...(hint === undefined ? {} : { hint }), retryable, details },
  };
}

/** What a server refuses begins with who refuses it: that it was a POST, and to what, helps nobody at a prompt. */
function withoutRequest(message: string, { host, status }: OllamaError["details"]): string {
  const mark = ` failed with ${status}: `;
  const isRefused = status === 400 || status === 404 || status === 501;
  const at = isRefused && typeof host === "string" ? message.indexOf(mark) : -1;
  return at < 0 ? message : `${host} says: ${message.slice(at + mark.length)}`;
}

function statusOf(error: unknown): ExitStatus {
  if (error instanceof UsageError) return EXIT_STATUS.usage;
  const known = asOllamaError(error);
  if (known === undefined) return EXIT_STATUS.failure;
  return isSettingSlip(known) || journalHint(known) !== undefined ? EXIT_STATUS.usage : statusOfCode(known.code);
}

function asOllamaError(error: unknown): OllamaError | undefined {
  if (OllamaError.is(error)) return error;
  if (error instanceof OutputLost) return new OllamaError("STORAGE_FAILED", error.message, { cause: error });
  // An aborted signal throws its own reason where no package has wrapped it.
  const isAbort = error instanceof Error && error.name === "AbortError";
  return isAbort ? new OllamaError("ABORTED", "Interrupted.", { cause: error }) : undefined;
}

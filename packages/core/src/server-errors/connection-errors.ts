import { OllamaError } from "@codo/ollama-contract";
import { type CallDescription, describeCall } from "../deadlines/call-scope.js";

const LOST = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "UND_ERR_SOCKET"]);

/** Errors after which a request may be retried: the server cannot have answered. */
const SAFE_TO_REPEAT = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ECONNABORTED", "UND_ERR_SOCKET"]);

/** Whether a failed connection was refused or reset, so that the same request may go through a moment later. */
export function isRepeatableConnectionError(error: OllamaError): boolean {
  return SAFE_TO_REPEAT.has(String(error.details.errno));
}

/** Whether an error is one of the network: it names what the operating system said, or is a failed `fetch`. */
export function isConnectionFailure(error: Error): boolean {
  return errnoOf(error) !== undefined || (error.name === "TypeError" && error.message === "fetch failed");
}

/** Turns what a connection died of before any answer into an error that says what to do. */
export function connectionError(error: unknown, call: CallDescription): OllamaError {
  if (OllamaError.is(error)) return error;
  const errno = errnoOf(error);
  const details = { ...call, ...(errno === undefined ? {} : { errno }) };
  if (errno?.startsWith("HPE_")) {
    const reason = error instanceof Error ? error.message : errno;
    const message = `What answers ${describeCall(call)} does not speak HTTP as it should (${reason}).`;
    const advice = `Check the host and the port: another service may listen there.`;
    return new OllamaError("SERVER_UNAVAILABLE", message, { cause: error, details, advice });
  }
  if (errno !== undefined && LOST.has(errno)) {
    const message = `The server closed the connection before it answered ${describeCall(call)} (${errno}). See the server's log, or try again.`;
    return new OllamaError("CONNECTION_LOST", message, { cause: error, details });
  }
  const message = `No server was reached by ${describeCall(call)}: ${reasonOf(error, errno)}.`;
  return new OllamaError("SERVER_UNAVAILABLE", message, {
    cause: error,
    details,
    advice: adviceFor(errno, call.host),
  });
}

/** Turns what a connection died of inside an answer into an error. */
export function brokenAnswerError(
  error: unknown,
  call: CallDescription,
  partial: Record<string, unknown> = {},
): OllamaError {
  if (OllamaError.is(error)) return error;
  const errno = errnoOf(error);
  const message = `The connection broke in the middle of the answer to ${describeCall(call)}${errno === undefined ? "" : ` (${errno})`}. The server may have been stopped; see its log, or try again.`;
  const details = { ...call, ...(errno === undefined ? {} : { errno }), ...partial };
  return new OllamaError("CONNECTION_LOST", message, { cause: error, details });
}

/** The operating system's name of an error, wherever the runtime hides it. */
function errnoOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 4) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  return errnoOf(cause, depth + 1) ?? (Array.isArray(errors) ? errnoOf(errors[0], depth + 1) : undefined);
}

function reasonOf(error: unknown, errno: string | undefined): string {
  if (errno === "ECONNREFUSED") return "connection refused (ECONNREFUSED)";
  const text = error instanceof Error ? error.message || error.name : String(error);
  return errno === undefined || text.includes(errno) ? text : `${text} (${errno})`;
}

function adviceFor(errno: string | undefined, host: string): string {
  if (errno === "ENOTFOUND" || errno === "EAI_AGAIN") return `Check the name in the host "${host}".`;
  if (errno === "ENOENT" || errno === "EACCES") return "Check the path of the socket and its permissions.";
  if (errno?.startsWith("ERR_TLS") || errno?.includes("CERT")) return "Check the server's certificate.";
  return `Start it with "ollama serve", or set OLLAMA_HOST to where it runs.`;
}

import { OllamaError } from "@codo/ollama-contract";
import { type CallDescription, describeCall } from "../deadlines/call-scope.js";
import { connectionProblem } from "./connection-problem.js";

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

/**
 * Turns what a connection died of before any answer into an error that says what to do.
 * @param proxy - the proxy that the request went to, without credentials
 */
export function connectionError(error: unknown, call: CallDescription, proxy?: string): OllamaError {
  if (OllamaError.is(error)) return error;
  const errno = errnoOf(error);
  const details = { ...call, ...(errno === undefined ? {} : { errno }) };
  const text = error instanceof Error ? error.message : String(error);
  const problem = connectionProblem({ errno, text }, call, proxy);
  if (problem !== undefined) {
    const { kind, reason, advice } = problem;
    const message = `No server was reached by ${describeCall(call)}: ${reason}.`;
    const known = { ...details, problem: kind, problemReason: reason };
    return new OllamaError("SERVER_UNAVAILABLE", message, { cause: error, details: known, advice });
  }
  if (errno?.startsWith("HPE_")) {
    const reason = error instanceof Error ? error.message : errno;
    const message = `What answers ${describeCall(call)} does not speak HTTP as it should (${reason}).`;
    const advice = `Check the host and the port: another service may listen there.`;
    return new OllamaError("SERVER_UNAVAILABLE", message, { cause: error, details, advice });
  }
  if (errno !== undefined && LOST.has(errno)) {
    const message = `The server closed the connection before it answered ${describeCall(call)} (${errno}). ${lostAdvice(call)}`;
    return new OllamaError("CONNECTION_LOST", message, { cause: error, details });
  }
  const message = `No server was reached by ${describeCall(call)}: ${reasonOf(error, errno)}.`;
  return new OllamaError("SERVER_UNAVAILABLE", message, {
    cause: error,
    details,
    advice: adviceFor(errno),
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

/** A server that speaks TLS closes the connection on what is none. */
function lostAdvice({ host }: CallDescription): string {
  const tls = host.startsWith("http://") ? ", or name it with https:// where it speaks TLS" : "";
  return `See the server's log, try again${tls}.`;
}

function adviceFor(errno: string | undefined): string {
  if (errno === "ENOENT" || errno === "EACCES") return "Check the path of the socket and its permissions.";
  if (errno?.startsWith("ERR_TLS") || errno?.includes("CERT")) return "Check the server's certificate.";
  return `Start it with "ollama serve", or set OLLAMA_HOST to where it runs.`;
}

import { OllamaError } from "@codo/ollama-core";

/** An `ABORTED` error that says what was under way. */
export function abortedError(
  what: string,
  signal: AbortSignal | undefined,
  details?: Record<string, unknown>,
): OllamaError {
  return new OllamaError("ABORTED", `${what} was aborted by its signal.`, {
    cause: signal?.reason,
    ...(details && { details }),
  });
}

/**
 * Throws when a signal has fired.
 * @throws OllamaError `ABORTED`
 */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw abortedError(what, signal);
}

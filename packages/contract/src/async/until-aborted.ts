import { OllamaError } from "../errors/ollama-error.js";

/**
 * Waits for something that does not know the signal, such as a server that is starting or a request that others
 * wait for too; an abort ends the wait and nothing else.
 * @param what what is waited for, for the error's words
 * @throws OllamaError `ABORTED`, or the signal's reason where that is an OllamaError
 */
export async function untilAborted<T>(
  value: T | PromiseLike<T>,
  signal: AbortSignal | undefined,
  what?: string,
): Promise<T> {
  if (signal === undefined) return await value;
  // Nobody waits for it any more; that it fails must not bring the process down.
  Promise.resolve(value).catch(() => {});
  throwIfAborted(signal, what);
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortErrorOf(signal, what));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

/** Throws the error of {@link abortErrorOf} when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, what?: string): void {
  if (signal?.aborted) throw abortErrorOf(signal, what);
}

/**
 * The error that an aborted signal means: its reason where that is an OllamaError, else `ABORTED`.
 * @param what what was under way, such as `"The batch"`
 */
export function abortErrorOf(
  signal: AbortSignal | undefined,
  what?: string,
  details?: Record<string, unknown>,
): OllamaError {
  const reason: unknown = signal?.reason;
  if (OllamaError.is(reason) && details === undefined) return reason;
  const message = what === undefined ? "The caller aborted the call." : `${what} was aborted by its signal.`;
  return new OllamaError("ABORTED", message, { cause: reason, ...(details && { details }) });
}

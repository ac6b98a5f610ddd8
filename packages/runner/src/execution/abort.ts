import { OllamaError } from "@codo/ollama-contract";

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

/**
 * Waits for something that need not know the signal.
 * @throws OllamaError `ABORTED`
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> {
  if (signal === undefined) return await work;
  // Work that is left behind may still fail, with nobody to hear it.
  work.catch(() => {});
  throwIfAborted(signal, what);
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortedError(what, signal));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}

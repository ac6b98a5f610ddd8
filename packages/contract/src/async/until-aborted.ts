import { OllamaError } from "../errors/ollama-error.js";

/**
 * Waits for something that does not know the signal, such as a server that is starting or a request that others
 * wait for too; an abort ends the wait and nothing else.
 * @throws OllamaError `ABORTED`, or the signal's reason where that is an OllamaError
 */
export async function untilAborted<T>(value: T | PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await value;
  // Nobody waits for it any more; that it fails must not bring the process down.
  Promise.resolve(value).catch(() => {});
  if (signal.aborted) throw abortErrorOf(signal);
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortErrorOf(signal));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

/** The error that an aborted signal means. */
export function abortErrorOf(signal: AbortSignal): OllamaError {
  const { reason } = signal;
  return OllamaError.is(reason)
    ? reason
    : new OllamaError("ABORTED", "The caller aborted the call.", { cause: reason });
}

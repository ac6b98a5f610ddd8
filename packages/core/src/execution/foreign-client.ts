import { OllamaError } from "@codo/ollama-contract";
import { untilAborted } from "@codo/ollama-contract/executor-kit";
import type { ReplyLines } from "../client/stoppable-calls.js";
import type { CallDescription } from "../deadlines/call-scope.js";
import { connectionError, isConnectionFailure } from "../server-errors/connection-errors.js";
import { serverError } from "../server-errors/server-error.js";
import type { ExecutorReplyLine, ExecutorStream } from "../wire/executor-client.js";

/**
 * The lines of a client that is not ours. Where it takes no signal, as the official one, its stream is ended by the
 * stream's own `abort()`, also when it comes after the run was cancelled.
 */
export async function openForeign(given: ExecutorStream, signal: AbortSignal): Promise<ReplyLines> {
  const opening = Promise.resolve(given);
  let lines: AsyncIterable<ExecutorReplyLine>;
  try {
    lines = await untilAborted(opening, signal);
  } catch (error) {
    opening.then(abortStream, () => undefined);
    throw error;
  }
  const stop = (): void => abortStream(lines);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return {
    each: async (take) => {
      try {
        for await (const line of lines) take(line);
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
  };
}

function abortStream(lines: AsyncIterable<ExecutorReplyLine>): void {
  (lines as { abort?: () => void }).abort?.();
}

/** What the official client says of a stream without its last line. */
const NO_END = "Did not receive done or success response in stream.";

/** An error of a client that is not ours as one of ours, where the cause is known; others are bugs. */
export function readForeignError(thrown: unknown, call: CallDescription): OllamaError | undefined {
  if (OllamaError.is(thrown)) return thrown;
  if (!(thrown instanceof Error)) return undefined;
  const { status_code: status, error, message } = thrown as Error & { status_code?: unknown; error?: unknown };
  if (typeof status === "number") return serverError({ body: error ?? message, call, status });
  if (isConnectionFailure(thrown)) return connectionError(thrown, call);
  if (message === NO_END) {
    return new OllamaError(
      "STREAM_INCOMPLETE",
      `The answer of model "${call.model}" was interrupted before it was done.`,
      {
        cause: thrown,
        advice: "The part that came is kept; ask again for a complete one.",
      },
    );
  }
  // The official client throws a line with `error` as a plain Error.
  if (Object.getPrototypeOf(thrown) === Error.prototype) return serverError({ body: message, call });
  return undefined;
}

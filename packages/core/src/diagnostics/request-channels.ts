import diagnostics from "node:diagnostics_channel";
import { createIdFactory, OllamaError } from "@codo/ollama-contract";

const nextId = createIdFactory();

/** What a request does, by the name of its endpoint. */
export type RequestOperation = "generate" | "chat" | "embed" | "show" | "list" | "ps" | "pull";

/** What every message on a channel says: which request it is about. */
export interface RequestMessage {
  /** The same in all messages of a request; for an execution the id of its result. */
  id: string;
  operation: RequestOperation;
  model?: string;
}

/** On `codo:ollama:request:start`: a request is about to be sent. */
export interface RequestStartMessage extends RequestMessage {
  /** ISO 8601. */
  startedAt: string;
}

/** On `codo:ollama:request:first-token`: the first content, thinking or tool call of an execution has come. */
export interface RequestFirstTokenMessage extends RequestMessage {
  /** Milliseconds since the request, by a monotonic clock. */
  ttftMs: number;
}

/** On `codo:ollama:request:end`: a request has succeeded. */
export interface RequestEndMessage extends RequestMessage {
  durationMs: number;
  /** Where the request was an execution. */
  tokensUsed?: number;
}

/** On `codo:ollama:request:error`: a request has failed or was aborted. */
export interface RequestErrorMessage extends RequestMessage {
  durationMs: number;
  error: unknown;
  /** The error's code where it is an {@link OllamaError}. */
  code?: string;
}

/**
 * Names of the `node:diagnostics_channel` channels on which every request of an executor or a manager is published:
 * `start`, for an execution `firstToken`, and then exactly one of `end` and `error`. Prompts and answers are not in
 * the messages.
 */
export const REQUEST_CHANNELS = {
  start: "codo:ollama:request:start",
  firstToken: "codo:ollama:request:first-token",
  end: "codo:ollama:request:end",
  error: "codo:ollama:request:error",
} as const;

const channels = {
  start: diagnostics.channel(REQUEST_CHANNELS.start),
  firstToken: diagnostics.channel(REQUEST_CHANNELS.firstToken),
  end: diagnostics.channel(REQUEST_CHANNELS.end),
  error: diagnostics.channel(REQUEST_CHANNELS.error),
};

/** Publishes the life of one request. */
export class RequestTrace {
  readonly #request: Omit<RequestMessage, "id">;
  readonly #startedAtMs: number = performance.now();
  #id: string | undefined;

  constructor(operation: RequestOperation, model?: string, id?: string) {
    this.#request = { operation, ...(model === undefined ? {} : { model }) };
    this.#id = id;
    if (!channels.start.hasSubscribers) return;
    channels.start.publish({ ...this.#about, startedAt: new Date().toISOString() } satisfies RequestStartMessage);
  }

  firstToken(ttftMs: number): void {
    if (!channels.firstToken.hasSubscribers) return;
    channels.firstToken.publish({ ...this.#about, ttftMs } satisfies RequestFirstTokenMessage);
  }

  end(tokensUsed?: number): void {
    if (!channels.end.hasSubscribers) return;
    const message: RequestEndMessage = { ...this.#about, durationMs: this.#elapsedMs() };
    if (tokensUsed !== undefined) message.tokensUsed = tokensUsed;
    channels.end.publish(message);
  }

  fail(error: unknown): void {
    if (!channels.error.hasSubscribers) return;
    const message: RequestErrorMessage = { ...this.#about, durationMs: this.#elapsedMs(), error };
    if (OllamaError.is(error)) message.code = error.code;
    channels.error.publish(message);
  }

  // An id is made where somebody listens.
  get #about(): RequestMessage {
    this.#id ??= nextId();
    return { id: this.#id, ...this.#request };
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAtMs;
  }
}

/** Runs a request that gives its answer in one piece, and publishes its life. */
export async function traceRequest<T>(
  operation: RequestOperation,
  model: string | undefined,
  run: () => PromiseLike<T>,
): Promise<T> {
  const trace = new RequestTrace(operation, model);
  try {
    const answer = await run();
    trace.end();
    return answer;
  } catch (error) {
    trace.fail(error);
    throw error;
  }
}

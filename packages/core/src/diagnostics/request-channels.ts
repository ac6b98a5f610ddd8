import { REQUEST_CHANNELS, SCOPE_CHANNELS } from "@codo/ollama-contract";
import { openChannels, Trace } from "@codo/ollama-node-kit";

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
  /** Where the request was an execution: of prompt and answer together. */
  tokensUsed?: number;
  promptTokens?: number;
  completionTokens?: number;
  /** `stop`, `length` and so on. */
  doneReason?: string;
  /** Options that were sent, by their wire names. */
  options?: Record<string, unknown>;
  /** The server's address, without credentials. */
  host?: string;
}

/** On `codo:ollama:request:error`: a request has failed or was aborted. */
export interface RequestErrorMessage extends RequestMessage {
  durationMs: number;
  error: unknown;
  /** The error's code where it is an `OllamaError`. */
  code?: string;
}

const channels = openChannels(REQUEST_CHANNELS, SCOPE_CHANNELS.request);

/** Publishes the life of one request, on {@link REQUEST_CHANNELS}. */
export class RequestTrace extends Trace {
  constructor(operation: RequestOperation, model?: string, id?: string) {
    super(channels, { operation, ...(model === undefined ? {} : { model }) }, id);
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
    const answer = await trace.within(run);
    trace.end();
    return answer;
  } catch (error) {
    trace.fail(error);
    throw error;
  }
}

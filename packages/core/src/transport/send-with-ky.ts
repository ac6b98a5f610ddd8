import { OllamaError } from "@codo/ollama-contract";
import type ky from "ky";
import type { Options } from "ky";
import { type CallScope, describeCall } from "../deadlines/call-scope.js";
import type { Logger } from "../logging/logger.js";
import { parseRetryAfter, type RetryPolicy } from "../retry/retry-policy.js";
import { connectionError } from "../server-errors/connection-errors.js";
import { serverError } from "../server-errors/server-error.js";
import { readText } from "./read-body.js";
import type { Transport, TransportRequest, TransportResponse } from "./transport.js";

/** One request on its way through ky. */
export interface Exchange {
  request: TransportRequest;
  scope: CallScope;
  transport: Transport;
  retry: RetryPolicy;
  logger: Logger | undefined;
  /** Whether a status of 400 and more is an answer like any other. */
  acceptAnyStatus?: boolean;
  /** Whether 429 and 503 are sent again all the same; the last of them is the answer. */
  retriesStatus?: boolean;
  /** Asked for where the server found the request invalid; ends the message. */
  hint?: () => string | undefined;
}

/** Where ky believes that a request goes when the server has no address that a URL can have. */
const PLACEHOLDER_ORIGIN = "http://localhost";

let loadedKy: typeof ky | undefined;

/**
 * Sends a request through ky: ky decides about retries, our transport carries the bytes. The body and the answer travel
 * beside ky, past the `fetch` that it is given: a `Request` with a body would be cloned and teed for each attempt, which
 * is more than all else that a small request costs. ky is loaded with the first request, because most of its start-up
 * is the platform's `Request` and `Response`, which a program that imports only types or settings should not pay for.
 */
export async function sendWithKy(exchange: Exchange): Promise<TransportResponse> {
  const { request, scope } = exchange;
  if (scope.failure !== undefined) throw scope.failure;
  loadedKy ??= (await import("./ky-module.js")).ky;
  if (scope.failure !== undefined) throw scope.failure;
  let answer: TransportResponse | undefined;
  const carry = async (): Promise<Response> => {
    answer = await sendOnce(exchange);
    if (exchange.retriesStatus === true && BUSY.has(answer.status)) throw busyError(answer, scope);
    return statusOnly(answer.status);
  };
  const options: Options = {
    method: request.method,
    fetch: carry,
    retry: retryOptions(exchange, () => answer?.body.destroy()),
    timeout: false,
    throwHttpErrors: false,
  };
  try {
    await loadedKy(PLACEHOLDER_ORIGIN + request.path, options);
  } catch (error) {
    // No retry is left: the server's own words are the answer.
    if (answer === undefined || scope.failure !== undefined || !isBusyError(error)) throw error;
  }
  if (answer === undefined) throw connectionError(new Error("no answer"), scope.description);
  return answer;
}

/** One attempt. An error status is thrown, so that ky can retry it; its text is read first. */
async function sendOnce(exchange: Exchange): Promise<TransportResponse> {
  const { request, scope, transport } = exchange;
  const answer = await transport.send(request, scope);
  const { status, statusText } = answer;
  if (status < 400 && !(status >= 300 && status !== 304)) return answer;
  if (exchange.acceptAnyStatus === true) return answer;
  const location = answer.header("location");
  const body = await readText(answer.body, scope, transport.decode);
  if (status < 400) throw redirectError(scope, status, location);
  const retryAfterMs = parseRetryAfter(answer.header("retry-after"), Date.now());
  const details = retryAfterMs === undefined ? {} : { retryAfterMs };
  throw serverError({ body, call: scope.description, status, statusText, details, hint: exchange.hint?.() });
}

/** Statuses after which a request may be sent again. */
const BUSY = new Set([429, 503]);

/** Lets ky decide about a retry of an answer that is kept for the caller. */
function busyError(answer: TransportResponse, scope: CallScope): OllamaError {
  const retryAfterMs = parseRetryAfter(answer.header("retry-after"), Date.now());
  const details = { status: answer.status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return new OllamaError("SERVER_BUSY", `${describeCall(scope.description)} failed with ${answer.status}.`, {
    details,
  });
}

function isBusyError(error: unknown): boolean {
  return OllamaError.is(error) && error.code === "SERVER_BUSY";
}

function redirectError(scope: CallScope, status: number, location: string | undefined): OllamaError {
  const { host } = scope.description;
  const message = `The server at ${host} redirects (${status}) to ${location ?? "another place"}. Redirects are not followed, because an API key goes only to the host it was set for: set the host to where the server is.`;
  return new OllamaError("INVALID_REQUEST", message, { details: { ...scope.description, status, location } });
}

function retryOptions(exchange: Exchange, discardAnswer: () => void): NonNullable<Options["retry"]> {
  const { retry, request } = exchange;
  return {
    limit: retry.limit,
    methods: [request.method.toLowerCase() as "post"],
    // ky's own waiting knows neither our clock nor our deadlines: the wait is done here, and ky's is none.
    delay: () => 0,
    shouldRetry: ({ error, retryCount }) => mayRetry(exchange, { error, attempt: retryCount, discardAnswer }),
  };
}

/** Whether a request is sent again, for the `attempt`th time; the wait before it is done when this resolves. */
async function mayRetry(
  { retry, scope, logger }: Exchange,
  { error, attempt, discardAnswer }: { error: unknown; attempt: number; discardAnswer: () => void },
): Promise<boolean> {
  if (!OllamaError.is(error) || scope.failure !== undefined) return false;
  const delayMs = retry.delayBefore(attempt, error);
  if (delayMs === undefined) return false;
  discardAnswer();
  logger?.debug?.(`Retry ${attempt} of ${retry.limit} in ${Math.round(delayMs)} ms: ${error.message}`);
  await scope.sleep(delayMs);
  return true;
}

/** ky looks at nothing but the status; the answer itself goes past it. */
function statusOnly(status: number): Response {
  return new Response(null, { status: status >= 200 && status <= 599 ? status : 200 });
}

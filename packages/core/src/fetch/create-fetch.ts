import { type Clock, OllamaError, parseOllamaHost, systemClock, type Timeouts } from "@codo/ollama-contract";
import { DEFAULT_CONNECT_MS } from "../client/client-options.js";
import { CallScope } from "../deadlines/call-scope.js";
import type { Logger } from "../logging/logger.js";
import { createRetryPolicy, type RetryOptions } from "../retry/retry-policy.js";
import { toReadableBody } from "../transport/body-stream.js";
import { createNodeTransport } from "../transport/node-transport.js";
import { isReplayable } from "../transport/request-body.js";
import { sendWithKy } from "../transport/send-with-ky.js";
import type { Transport, TransportResponse } from "../transport/transport.js";
import { readFetchRequest } from "./fetch-request.js";

/** How {@link createFetch} sends; all optional. */
export interface CreateFetchOptions {
  /**
   * Sends every request to this server, written as `OLLAMA_HOST` is, whatever host its URL names; the URL's path is kept.
   * For unix sockets: `unix:///run/ollama.sock`. @defaultValue the URL's own host
   */
  host?: string;
  /** Deadlines of every request. @defaultValue connect 10 s, no others: an answer may take hours */
  timeouts?: Timeouts;
  /** How requests are sent again (refused, reset before an answer, 429, 503); `false` sends once. @defaultValue on */
  retry?: RetryOptions | boolean;
  /** Receives retries, never prompts or keys. */
  logger?: Logger;
  /** Time, for tests. */
  clock?: Clock;
}

/** The platform's `fetch`, as a type. */
export type StandardFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` over this package's transport, for programs that keep another client (LangChain, the AI SDK, `openai`,
 * `ollama`) and give it a `fetch`: Node's own ends an answer after five minutes without a byte, this one has no limit that
 * was not set, and it sends again what is safe to send again, speaks to unix sockets and obeys the proxies of the
 * environment. As with `fetch`, any status is an answer; a failed connection is a `TypeError` whose `cause` is the
 * {@link OllamaError}, and an abort rejects with the signal's reason. Redirects are not followed, because a key goes only to
 * the host that it was set for.
 */
export function createFetch(options: CreateFetchOptions = {}): StandardFetch {
  const { logger, clock = systemClock } = options;
  const timeouts = { connectMs: DEFAULT_CONNECT_MS, ...options.timeouts };
  const policy = createRetryPolicy(options.retry);
  const once = createRetryPolicy(false);
  const host = options.host === undefined ? undefined : parseOllamaHost(options.host).url;
  const transports = new Map<string, Transport>();

  return async (input, init) => {
    const request = await readFetchRequest(input, init);
    const { signal, redirect } = request;
    signal?.throwIfAborted();
    const base = host ?? request.origin;
    const transport = transports.get(base) ?? createNodeTransport(base);
    transports.set(base, transport);
    const { method, path, headers, body } = request;
    const scope = new CallScope({ method, path, host: base }, timeouts, clock, signal);
    const failWith = (error: unknown): unknown => toFetchError(error, signal);
    try {
      const answer = await sendWithKy({
        request: { method, path, headers, body },
        scope,
        transport,
        retry: isReplayable(body) ? policy : once,
        logger,
        acceptAnyStatus: true,
        retriesStatus: true,
      });
      if (redirect !== "manual") refuseRedirect(answer, scope);
      return toResponse(answer, { scope, method, url: request.url, failWith });
    } catch (error) {
      const failure = scope.failure ?? error;
      scope.finish();
      throw failWith(failure);
    }
  };
}

/** Statuses that have no body, for which a Response takes none. */
const BODILESS = new Set([204, 205, 304]);

/** Headers of the body as it travelled; the stream is decoded. */
const OF_THE_ENCODING = new Set(["content-encoding", "content-length", "transfer-encoding"]);

function toResponse(
  answer: TransportResponse,
  {
    scope,
    method,
    url,
    failWith,
  }: { scope: CallScope; method: string; url: string; failWith: (e: unknown) => unknown },
): Response {
  const { status, statusText, body } = answer;
  const isEncoded = answer.header("content-encoding") !== undefined;
  const headers = new Headers();
  for (const [name, value] of answer.headers()) {
    if (!(isEncoded && OF_THE_ENCODING.has(name.toLowerCase()))) headers.append(name, value);
  }
  const hasBody = method !== "HEAD" && !BODILESS.has(status);
  const stream = hasBody ? toReadableBody(body, scope, { failWith }) : null;
  if (!hasBody) {
    body.destroy();
    scope.finish();
  }
  const response = new Response(stream, { status, statusText, headers });
  Object.defineProperty(response, "url", { value: url });
  return response;
}

function refuseRedirect({ status, header, body }: TransportResponse, scope: CallScope): void {
  const location = header("location");
  if (status < 300 || status > 399 || status === 304 || location === undefined) return;
  body.destroy();
  const message = `The server at ${scope.description.host} redirects (${status}) to ${location}.`;
  const advice =
    'Redirects are not followed, because a key goes only to the host that it was set for: name that address, or take the answer as it is with redirect: "manual".';
  throw new OllamaError("INVALID_REQUEST", message, { advice, details: { ...scope.description, status, location } });
}

/** As `fetch` fails: the signal's reason, or a TypeError with the cause. */
function toFetchError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  const message = error instanceof Error ? error.message : String(error);
  return new TypeError(`fetch failed: ${message}`, { cause: error });
}

import type { Clock, Timeouts } from "@codo/ollama-contract";
import type { Logger } from "../logging/logger.js";
import type { RetryOptions } from "../retry/retry-policy.js";
import type { Fetch } from "../transport/fetch-transport.js";

/** How a client is set up; all optional. */
export interface OllamaClientOptions {
  /** The server, as `OLLAMA_HOST` is written. @defaultValue the variable `OLLAMA_HOST`, else `http://127.0.0.1:11434` */
  host?: string;
  /** Sent with every request; `User-Agent` and `Accept` can be set too. */
  headers?: Record<string, string>;
  /** Sent as `Authorization: Bearer …`, to this client's host and nowhere else. */
  apiKey?: string;
  /** Carries the requests in place of the built-in transport. */
  fetch?: Fetch;
  /** Deadlines of every call; a call's own go before them. @defaultValue connect 10 s, no others */
  timeouts?: Timeouts;
  /**
   * Bounds the calls that only look or change a name (list, ps, show, copy, delete, version, status, me), in
   * milliseconds; `totalMs` of a call's own overrides it. 0 is without a limit. @defaultValue none
   */
  requestTimeoutMs?: number;
  /** How requests are retried; `false` retries nothing. @defaultValue on, see {@link RetryOptions} */
  retry?: RetryOptions | boolean;
  /** Gets retries and odd settings, never about prompts or keys. */
  logger?: Logger;
  /** Time, for tests. */
  clock?: Clock;
}

/** Milliseconds that a connection may take by default. */
export const DEFAULT_CONNECT_MS = 10_000;

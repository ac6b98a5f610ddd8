import type { OllamaError } from "@codo/ollama-contract";
import { isRepeatableConnectionError } from "../server-errors/connection-errors.js";

/** How requests are retried: only where that is safe, which is as long as nothing of an answer has come. */
export interface RetryOptions {
  /** Maximum number of retries of a request. @defaultValue 2 */
  limit?: number;
  /** Milliseconds before the first retry; the wait doubles from there. @defaultValue 200 */
  delayMs?: number;
  /** The longest wait of the backoff, in milliseconds. @defaultValue 10 000 */
  maxDelayMs?: number;
  /** The share of a wait that chance takes off, 0 to 1, so that many clients do not come back together. @defaultValue 0.5 */
  jitter?: number;
  /** The longest `Retry-After` that is waited for, in milliseconds; a longer one is an error at once. @defaultValue 60 000 */
  maxRetryAfterMs?: number;
}

/** When a failed request is sent again. */
export interface RetryPolicy {
  limit: number;
  /** Milliseconds before retry number `attempt` (from 1); `undefined` when the request must not be retried. */
  delayBefore(attempt: number, error: OllamaError): number | undefined;
}

/** A policy from options; `false` retries nothing. */
export function createRetryPolicy(
  options: RetryOptions | boolean | undefined,
  random: () => number = Math.random,
): RetryPolicy {
  if (options === false) return { limit: 0, delayBefore: () => undefined };
  const {
    limit = 2,
    delayMs = 200,
    maxDelayMs = 10_000,
    jitter = 0.5,
    maxRetryAfterMs = 60_000,
  } = typeof options === "object" ? options : {};
  return {
    limit,
    delayBefore: (attempt, error) => {
      if (attempt > limit || !isRepeatable(error)) return undefined;
      const retryAfterMs = error.details.retryAfterMs;
      if (typeof retryAfterMs === "number") return retryAfterMs <= maxRetryAfterMs ? retryAfterMs : undefined;
      const backoffMs = Math.min(maxDelayMs, delayMs * 2 ** (attempt - 1));
      return backoffMs * (1 - jitter * random());
    },
  };
}

/** Refused, reset before the first byte, 503 and 429; never a 500. */
function isRepeatable(error: OllamaError): boolean {
  const { status, bodySpent } = error.details;
  if (bodySpent === true) return false;
  return status === undefined ? isRepeatableConnectionError(error) : status === 503 || status === 429;
}

/** Milliseconds of a `Retry-After` header: seconds, or a date. */
export function parseRetryAfter(value: string | undefined, nowEpochMs: number): number | undefined {
  if (value === undefined || value.trim() === "") return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowEpochMs);
}

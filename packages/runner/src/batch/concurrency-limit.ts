import { OllamaError } from "@codo/ollama-contract";

/** One finished request, as a limit looks at it. */
export interface RequestSample {
  /** Milliseconds of a monotonic clock. */
  startedAtMs: number;
  endedAtMs: number;
  /** How much was done, in whatever unit is the same for all requests. */
  work: number;
  /** Whether the server refused it because it had too much to do. */
  isBusy: boolean;
}

/** Says how many requests may be under way, and learns from those that finished. */
export interface ConcurrencyLimit {
  readonly current: number;
  finished(sample: RequestSample): void;
}

/**
 * A limit that stays as it is.
 * @throws OllamaError `INVALID_REQUEST` unless it is a whole number from 1
 */
export function fixedLimit(concurrency: number): ConcurrencyLimit {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new OllamaError(
      "INVALID_REQUEST",
      `\`concurrency\` is "auto" or a whole number from 1; it was ${String(concurrency)}.`,
    );
  }
  return { current: concurrency, finished: () => {} };
}

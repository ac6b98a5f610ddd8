import { ERROR_CODES, type OllamaErrorCode } from "./error-codes.js";
import { redact, redactDetails } from "./redact.js";

const MARKER = Symbol.for("@codo/ollama.error");

/** What can be said of an error beside its code and message. */
export interface OllamaErrorInit {
  /** The error that caused this one. */
  cause?: unknown;
  /** What to do, which ends the message; a program that knows better shows {@link OllamaError.summary} alone. */
  advice?: string | undefined;
  /** Whether the same request may succeed when sent again. @defaultValue by code, see {@link ERROR_CODES} */
  retryable?: boolean;
  /** Plain data for programs: status, host, path, limits, partial results. Secrets are redacted. */
  details?: Record<string, unknown>;
}

/** An {@link OllamaError} as plain data, as `JSON.stringify` gives it. */
export interface SerializedOllamaError {
  name: "OllamaError" | "AbortError";
  code: OllamaErrorCode;
  message: string;
  retryable: boolean;
  details: Record<string, unknown>;
}

/**
 * The one error class of all `@codo/ollama-*` packages. Distinguish errors by `code`, and recognise one with
 * {@link OllamaError.is}, which also works across two copies of this package.
 */
export class OllamaError extends Error {
  /** `"AbortError"` where the caller aborted, the name that programs look for everywhere; `"OllamaError"` otherwise. */
  override readonly name: "OllamaError" | "AbortError";
  readonly code: OllamaErrorCode;
  readonly retryable: boolean;
  readonly details: Record<string, unknown>;
  /** The message without its advice: what happened, to what. */
  readonly summary: string;
  /** What to do, as the message ends with it. */
  readonly advice?: string;

  constructor(code: OllamaErrorCode, message: string, init: OllamaErrorInit = {}) {
    const whole = init.advice ? `${message} ${init.advice}` : message;
    super(redact(whole), init.cause === undefined ? undefined : { cause: init.cause });
    this.summary = redact(message);
    if (init.advice) this.advice = redact(init.advice);
    this.code = code;
    this.name = code === "ABORTED" ? "AbortError" : "OllamaError";
    this.retryable = init.retryable ?? ERROR_CODES[code].retryable;
    this.details = redactDetails(init.details ?? {});
    Object.defineProperty(this, MARKER, { value: true });
  }

  /** Whether a value is an OllamaError, of this or of another copy of the package. */
  static is(value: unknown): value is OllamaError {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[MARKER] === true;
  }

  /** The HTTP status of a failed request, under the official client's name. */
  get status_code(): number | undefined {
    const { status } = this.details;
    return typeof status === "number" ? status : undefined;
  }

  /** What the server itself said, under the official client's name. */
  get error(): string | undefined {
    const { serverText } = this.details;
    return typeof serverText === "string" ? serverText : undefined;
  }

  toJSON(): SerializedOllamaError {
    const { name, code, message, retryable, details } = this;
    return { name, code, message, retryable, details };
  }
}

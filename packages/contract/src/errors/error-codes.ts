/**
 * Every code that an {@link OllamaError} can carry, with whether asking again can help by itself.
 * The table is the single source of the code type and of the default `retryable`.
 */
export const ERROR_CODES = {
  SERVER_UNAVAILABLE: { retryable: true },
  CONNECTION_LOST: { retryable: true },
  TIMEOUT_CONNECT: { retryable: true },
  TIMEOUT_FIRST_TOKEN: { retryable: true },
  TIMEOUT_IDLE: { retryable: true },
  TIMEOUT_TOTAL: { retryable: true },
  ABORTED: { retryable: false },
  MODEL_NOT_FOUND: { retryable: false },
  MODEL_LACKS_CAPABILITY: { retryable: false },
  INVALID_REQUEST: { retryable: false },
  UNAUTHORIZED: { retryable: false },
  SERVER_BUSY: { retryable: true },
  SERVER_ERROR: { retryable: false },
  STREAM_INCOMPLETE: { retryable: true },
  STREAM_CORRUPT: { retryable: true },
  CONTEXT_OVERFLOW: { retryable: false },
  INVALID_CONFIG: { retryable: false },
  SCHEMA_MISMATCH: { retryable: false },
  STORAGE_FAILED: { retryable: false },
} as const;

/** The code of an {@link OllamaError}: what a program decides by. */
export type OllamaErrorCode = keyof typeof ERROR_CODES;

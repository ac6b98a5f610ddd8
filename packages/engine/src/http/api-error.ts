/** A refusal that a client sees: a status and `{"error": message}`. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ApiError";
    this.status = status;
  }
}

/** An error in the words of a real server's runner: JSON inside the error's text. */
export function runnerError(message: string, code = 400, type = "invalid_request_error"): ApiError {
  return new ApiError(code, JSON.stringify({ error: { code, message, type } }));
}

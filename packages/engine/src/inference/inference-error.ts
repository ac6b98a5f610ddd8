import { OllamaError, type OllamaErrorCode, type OllamaErrorInit } from "@codo/ollama-contract";

/**
 * Why computing failed: `load` (the file or the binaries can't be used), `context` (the prompt does not fit), `grammar`
 * (the grammar can't be used), `input` (a token that the model does not have), `compute` (llama.cpp gave up on one
 * generation), `exited` (the process is gone).
 */
export type InferenceFailure = "load" | "context" | "grammar" | "input" | "compute" | "exited";

const CODES: Record<InferenceFailure, OllamaErrorCode> = {
  load: "SERVER_ERROR",
  context: "CONTEXT_OVERFLOW",
  grammar: "INVALID_REQUEST",
  input: "INVALID_REQUEST",
  compute: "SERVER_ERROR",
  exited: "SERVER_ERROR",
};

/** What went wrong in, or with, an inference process; `reason` says which case it is. */
export class InferenceError extends OllamaError {
  readonly reason: InferenceFailure;

  constructor(reason: InferenceFailure, message: string, init: OllamaErrorInit = {}) {
    super(CODES[reason], message, { ...init, details: { ...init.details, reason } });
    this.reason = reason;
  }
}

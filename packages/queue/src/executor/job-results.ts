import {
  type ExecutionRequest,
  type ModelExecutionResult,
  OllamaError,
  type OllamaErrorCode,
} from "@codo/ollama-contract";
import { failedResult } from "@codo/ollama-runner/batch-kit";
import type { JobData } from "../jobs/job-data.js";
import { type JobOutcome, RESULT_VERSION, readOutcome, readResult, withRequest } from "../jobs/job-outcome.js";

/** What a worker gave back. @throws OllamaError `STREAM_CORRUPT` for what cannot be read */
export function readValue<T>(outcome: unknown): T {
  return outcomeOrThrow<T>(outcome).value;
}

/** The error that a job failed with for good. */
export function errorOfFailure(failure: unknown, reason: string): OllamaError {
  const { code, message, retryable, details } = (failure ?? {}) as Partial<OllamaError>;
  return new OllamaError((code as OllamaErrorCode | undefined) ?? "SERVER_ERROR", message ?? reason, {
    ...(retryable !== undefined && { retryable }),
    ...(details && { details }),
  });
}

/**
 * The result of a run that completed.
 * @param request what was asked, which the result may leave out
 * @throws OllamaError `STREAM_CORRUPT` for what cannot be read
 */
export function resultOf(outcome: unknown, request: ExecutionRequest): ModelExecutionResult {
  const { schemaVersion, value } = outcomeOrThrow(outcome);
  const read = readResult(value);
  if (read.problem !== undefined) throw unreadable(read.problem);
  return schemaVersion === RESULT_VERSION ? withRequest(read.value, request) : read.value;
}

/** The result of a run that failed for good: its worker's, else one that says why the queue gave it up. */
export function resultOfFailure(data: JobData, reason: string): ModelExecutionResult {
  const read = readResult(data.failure);
  if (read.problem === undefined) return read.value;
  const error = new OllamaError("SERVER_ERROR", `The prompt failed for good: ${reason}.`);
  return failedResult(data.request as ExecutionRequest, error);
}

function outcomeOrThrow<T>(outcome: unknown): JobOutcome<T> {
  const read = readOutcome<T>(outcome);
  if (read.problem !== undefined) throw unreadable(read.problem);
  return read.value;
}

function unreadable(problem: string): OllamaError {
  const advice = "Bring the workers and this program to one version.";
  return new OllamaError("STREAM_CORRUPT", `A worker's answer cannot be read: ${problem}.`, {
    advice,
    retryable: false,
  });
}

import type { BenchReport } from "@codo/ollama-bench";
import type { OllamaErrorCode } from "@codo/ollama-core";

/** Every status that `codo` exits with. */
export const EXIT_STATUS = {
  ok: 0,
  failure: 1,
  usage: 2,
  sloViolated: 3,
  regression: 4,
  inconclusive: 5,
  serverUnavailable: 6,
  modelNotFound: 7,
  timedOut: 8,
  interrupted: 130,
} as const;

/** A status that `codo` exits with. */
export type ExitStatus = (typeof EXIT_STATUS)[keyof typeof EXIT_STATUS];

const BY_CODE: Partial<Record<OllamaErrorCode, ExitStatus>> = {
  SERVER_UNAVAILABLE: EXIT_STATUS.serverUnavailable,
  CONNECTION_LOST: EXIT_STATUS.serverUnavailable,
  MODEL_NOT_FOUND: EXIT_STATUS.modelNotFound,
  TIMEOUT_CONNECT: EXIT_STATUS.timedOut,
  TIMEOUT_FIRST_TOKEN: EXIT_STATUS.timedOut,
  TIMEOUT_IDLE: EXIT_STATUS.timedOut,
  TIMEOUT_TOTAL: EXIT_STATUS.timedOut,
  ABORTED: EXIT_STATUS.interrupted,
};

/** The exit status of a benchmark that ended early: by its user, or by what it failed with. */
export function statusOfPartialRun({ failure }: BenchReport["run"]): ExitStatus {
  return failure === undefined ? EXIT_STATUS.interrupted : statusOfCode(failure.code);
}

/** The exit status for an error's code. */
export function statusOfCode(code: OllamaErrorCode): ExitStatus {
  return BY_CODE[code] ?? EXIT_STATUS.failure;
}

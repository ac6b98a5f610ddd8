import type { RunOutcome } from "./bench-report.js";

/** How a partial run ended, as the beginning of a sentence. */
export function runEnd({ failure }: RunOutcome): string {
  return failure === undefined ? "The run was interrupted" : `The run failed (${failure.message})`;
}

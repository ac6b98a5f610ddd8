import type { BenchReport, ParallelismResult } from "../report/bench-report.js";
import { formatNumber } from "./format-number.js";

/** What was measured at several levels: a model, with the tokens of its prompts where they were made to one length. */
export function parallelismName({ model, promptTokens }: ParallelismResult): string {
  return promptTokens === undefined ? model : `${model}, prompts of ${promptTokens}`;
}

/** How much each got out of parallel requests, a sentence each. */
export function parallelismLines({ parallelism }: BenchReport): string[] {
  return parallelism.map(
    (result) => `${parallelismName(result)}: effective parallelism ${formatNumber(result.effectiveParallelism)}`,
  );
}

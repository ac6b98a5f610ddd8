import type { BenchReport, TrialResult } from "../report/bench-report.js";
import { formatNumber } from "./format-number.js";
import { parallelismName } from "./parallelism-lines.js";

const STEPS = "▁▂▃▄▅▆▇█";
const BAR_WIDTH = 40;

/** The end-to-end median of each trial as a row of blocks: drift and odd trials show. */
export function trialStrip(trials: readonly TrialResult[]): string | undefined {
  const medians = trials.flatMap((trial) => trial.metrics.e2e_ms?.p["50"] ?? []);
  if (medians.length < 2) return undefined;
  const [low, high] = [Math.min(...medians), Math.max(...medians)];
  const blocks = medians.map(
    (value) => STEPS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (STEPS.length - 1))],
  );
  return `e2e_ms by trial  ${blocks.join("")}  ${formatNumber(low)} … ${formatNumber(high)}`;
}

/** Output rate by level of concurrency as bars. */
export function throughputBars({ parallelism }: BenchReport): string[] {
  const most = Math.max(...parallelism.flatMap(({ levels }) => levels.map(({ outputTps }) => outputTps ?? 0)));
  if (!(most > 0)) return [];
  return parallelism.flatMap((result) =>
    result.levels.map(
      ({ level, outputTps }) =>
        `${parallelismName(result)}  ${String(level).padStart(3)}  ${"█".repeat(Math.max(1, Math.round(((outputTps ?? 0) / most) * BAR_WIDTH)))} ${formatNumber(outputTps)} tokens/s`,
    ),
  );
}

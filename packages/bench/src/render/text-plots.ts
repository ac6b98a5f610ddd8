import type { BenchReport, TrialResult } from "../report/bench-report.js";
import { formatNumber } from "./format-number.js";
import { parallelismName } from "./parallelism-lines.js";

const STEPS = "▁▂▃▄▅▆▇█";
/** The share of the columns that the longest bar takes at most. */
const MOST_SHARE = 0.5;
const LEAST_BLOCKS = 10;

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
export function throughputBars({ parallelism }: BenchReport, columns: number): string[] {
  const most = Math.max(...parallelism.flatMap(({ levels }) => levels.map(({ outputTps }) => outputTps ?? 0)));
  if (!(most > 0)) return [];
  const nameWidth = Math.max(...parallelism.map((result) => parallelismName(result).length));
  const rows = parallelism.flatMap((result) =>
    result.levels.map(({ level, outputTps }) => ({
      head: `${parallelismName(result).padEnd(nameWidth)}  ${String(level).padStart(3)}  `,
      share: (outputTps ?? 0) / most,
      tail: ` ${formatNumber(outputTps)} tokens/s`,
    })),
  );
  const widest = Math.max(...rows.map(({ head, tail }) => head.length + tail.length));
  const blocks = Math.min(Math.floor(columns * MOST_SHARE), Math.max(LEAST_BLOCKS, columns - widest));
  return rows.map(({ head, share, tail }) => `${head}${"█".repeat(Math.max(1, Math.round(share * blocks)))}${tail}`);
}

import { uDistribution } from "./mann-whitney.js";
import { ascending, percentile } from "./percentile.js";

/** The shift from one sample to another, with its interval. */
export interface Shift {
  /** Median of all differences `after − before`. */
  estimate: number;
  /** The interval that the exact Mann–Whitney test does not reject at 95 %; `null` where the samples are too small. */
  ci95: [number, number] | null;
}

/**
 * The Hodges–Lehmann estimate of the shift from `before` to `after`: the median of all pairwise differences. Its
 * interval takes the differences of rank `k` from both ends, `k` by the exact null distribution of U.
 * Source: Hodges and Lehmann 1963; Hollander and Wolfe, Nonparametric Statistical Methods, 4.2 and 4.3.
 */
export function hodgesLehmann(before: readonly number[], after: readonly number[], level = 0.95): Shift {
  const differences: number[] = [];
  for (const y of after) for (const x of before) differences.push(y - x);
  const sorted = ascending(differences);
  const rank = lowerRank(before.length, after.length, 1 - level);
  const low = sorted[rank - 1];
  const high = sorted[sorted.length - rank];
  return {
    estimate: sorted.length === 0 ? Number.NaN : percentile(sorted, 0.5),
    ci95: rank < 1 || low === undefined || high === undefined ? null : [low, high],
  };
}

/** The largest `k` with `2 · P(U ≤ k − 1) ≤ alpha`; 0 when there is none. */
function lowerRank(m: number, n: number, alpha: number): number {
  if (m * n > 10_000) return Math.max(1, Math.floor((m * n) / 2 - 1.959964 * Math.sqrt((m * n * (m + n + 1)) / 12)));
  const counts = uDistribution(m, n);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let tail = 0;
  for (let k = 0; k < counts.length; k++) {
    tail += counts[k] ?? 0;
    if ((2 * tail) / total > alpha) return k;
  }
  return 0;
}

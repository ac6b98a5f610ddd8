import { binomialCumulative } from "./binomial.js";

/**
 * The order-statistic confidence interval of a quantile: free of any assumption about the distribution. Of all pairs
 * of order statistics that hold the quantile with at least the probability `level`, the pair with the fewest values
 * between, and of those the one whose two tails are most alike. `null` when the sample is too small for any.
 * `sorted` is ascending. Source: Hahn and Meeker, Statistical Intervals, 5.2.
 */
export function quantileInterval(sorted: readonly number[], p: number, level = 0.95): [number, number] | null {
  const n = sorted.length;
  if (n < smallestSample(p, level)) return null;
  // cumulative[k] is P(B < k) for B ~ Bin(n, p); the pair (l, u) holds the quantile with P(l ≤ B < u).
  const cumulative = binomialCumulative(n, p);
  const below = (k: number): number => cumulative[k] ?? 1;
  let best: { low: number; high: number; imbalance: number } | undefined;
  let high = 1;
  for (let low = 1; low <= n; low++) {
    while (high <= n && below(high) - below(low) < level) high++;
    if (high > n) break;
    const imbalance = Math.abs(below(low) - (1 - below(high)));
    const gain = best === undefined ? 1 : best.high - best.low - (high - low);
    if (best === undefined || gain > 0 || (gain === 0 && imbalance < best.imbalance)) best = { low, high, imbalance };
  }
  if (best === undefined) return null;
  return [sorted[best.low - 1] ?? Number.NaN, sorted[best.high - 1] ?? Number.NaN];
}

/**
 * The fewest values for a two-sided interval of a quantile: the sample's extremes must hold it with the probability
 * `level`, so `1 − p^n − (1−p)^n ≥ level`. 6 for p50, 29 for p90, 59 for p95, 299 for p99 at 95 %.
 */
export function smallestSample(p: number, level = 0.95): number {
  let n = 1;
  while (1 - p ** n - (1 - p) ** n < level) n++;
  return n;
}

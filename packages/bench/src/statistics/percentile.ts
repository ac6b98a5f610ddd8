/**
 * The `p`-quantile of a sample by linear interpolation of the order statistics (Hyndman and Fan's type 7, the default
 * of R and NumPy). `sorted` is ascending and not empty, `p` is between 0 and 1.
 */
export function percentile(sorted: readonly number[], p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (position - below);
}

/** The middle of a sample (in any order); `NaN` when it is empty. */
export function median(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : percentile(ascending(values), 0.5);
}

/** A copy of the values, smallest first. */
export function ascending(values: readonly number[]): number[] {
  return Array.from(Float64Array.from(values).sort());
}

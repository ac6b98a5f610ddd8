import { ascending, percentile } from "./percentile.js";
import { quantileInterval, smallestSample } from "./quantile-interval.js";

/** The four percentiles of a metric; `null` where the sample is too small for an interval of that percentile. */
export interface Percentiles {
  "50": number | null;
  "90": number | null;
  "95": number | null;
  "99": number | null;
}

/** A sample in numbers: every value counts, no outlier is deleted. */
export interface Summary {
  n: number;
  mean: number | null;
  /** Sample standard deviation (n − 1); `null` below two values. */
  sd: number | null;
  min: number | null;
  max: number | null;
  p: Percentiles;
  /** Order-statistic interval of the median at 95 %; `null` below 6 values. */
  ci95: [number, number] | null;
}

/** Summarises a sample, in any order. The median is given from one value on; p90, p95 and p99 need 29, 59 and 299. */
export function summarize(values: readonly number[]): Summary {
  const sorted = ascending(values);
  const n = sorted.length;
  const mean = n === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / n;
  const at = (p: number, least: number): number | null => (n >= least ? percentile(sorted, p) : null);
  return {
    n,
    mean,
    sd:
      mean === null || n < 2 ? null : Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)),
    min: sorted[0] ?? null,
    max: sorted[n - 1] ?? null,
    p: {
      "50": at(0.5, 1),
      "90": at(0.9, smallestSample(0.9)),
      "95": at(0.95, smallestSample(0.95)),
      "99": at(0.99, smallestSample(0.99)),
    },
    ci95: quantileInterval(sorted, 0.5),
  };
}

/** The values that stand out: further from the median than `k` scaled median absolute deviations. They are only flagged. */
export function outliers(values: readonly number[], k = 1): number[] {
  if (values.length === 0) return [];
  const middle = percentile(ascending(values), 0.5);
  const spread = percentile(ascending(values.map((value) => Math.abs(value - middle))), 0.5);
  return values.filter((value) => Math.abs(value - middle) > 14.826 * k * spread && spread > 0);
}

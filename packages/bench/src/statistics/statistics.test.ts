import * as ss from "simple-statistics";
import { describe, expect, it } from "vitest";
import { hodgesLehmann } from "./hodges-lehmann.js";
import { holm } from "./holm.js";
import { mannWhitney, uDistribution } from "./mann-whitney.js";
import { normalCdf } from "./normal.js";
import { ascending, percentile } from "./percentile.js";
import { quantileInterval, smallestSample } from "./quantile-interval.js";
import { seededRandom } from "./seeded-random.js";
import { outliers, summarize } from "./summary.js";
import { wilson } from "./wilson.js";

const random = seededRandom(7);
const sample = (n: number): number[] => Array.from({ length: n }, () => Math.exp(random() * 3));

describe("statistics agree with a known library on random samples", () => {
  it.each([2, 5, 10, 101])("mean, standard deviation, extremes and median of %i values", (n) => {
    for (let i = 0; i < 20; i++) {
      const values = sample(n);
      const summary = summarize(values);
      expect(summary.mean).toBeCloseTo(ss.mean(values), 10);
      expect(summary.sd).toBeCloseTo(ss.sampleStandardDeviation(values), 10);
      expect(summary.min).toBe(ss.min(values));
      expect(summary.max).toBe(ss.max(values));
      expect(summary.p["50"]).toBeCloseTo(ss.median(values), 10);
    }
  });

  it("the rank-sum statistic behind Mann-Whitney", () => {
    // With one arrangement more extreme than all others the exact p-value is 2 / C(m + n, m).
    expect(mannWhitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / ss.combinations(indices(10), 5).length, 12);
    expect(mannWhitney([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 12);
    const a = sample(6);
    const b = sample(7);
    const w = ss.wilcoxonRankSum(a, b);
    const u = w - (a.length * (a.length + 1)) / 2;
    const counts = uDistribution(6, 7);
    const total = counts.reduce((sum, count) => sum + count, 0);
    let tail = 0;
    for (let i = 0; i <= Math.min(u, 42 - u); i++) tail += counts[i] ?? 0;
    expect(mannWhitney(a, b)).toBeCloseTo(Math.min(1, (2 * tail) / total), 12);
  });

  it("the normal distribution function", () => {
    for (const z of [-3, -1.5, 0, 0.3, 1.96, 2.7])
      expect(normalCdf(z)).toBeCloseTo(ss.cumulativeStdNormalProbability(z), 3);
    expect(normalCdf(1.959963985)).toBeCloseTo(0.975, 6);
  });
});

const indices = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

describe("percentiles are of type 7", () => {
  // Reference: R, quantile(c(1, 2, 4, 8, 16), c(.1, .25, .5, .9, .99)).
  it.each([
    [0.1, 1.4],
    [0.25, 2],
    [0.5, 4],
    [0.9, 12.8],
    [0.99, 15.68],
  ])("p%f", (p, value) => {
    expect(percentile([1, 2, 4, 8, 16], p)).toBeCloseTo(value, 10);
  });
});

describe("intervals of quantiles", () => {
  it.each([
    [0.5, 6],
    [0.9, 29],
    [0.95, 59],
    [0.99, 299],
  ])("p%f needs n ≥ %i", (p, n) => {
    expect(smallestSample(p)).toBe(n);
    expect(quantileInterval(indices(n - 1), p)).toBeNull();
    expect(quantileInterval(indices(n), p)).not.toBeNull();
  });

  it("the median of ten: second to ninth value (97.9 %)", () => {
    expect(quantileInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.5)).toEqual([2, 9]);
  });

  it("hold the true median at least 95 times in 100", () => {
    let held = 0;
    for (let i = 0; i < 2000; i++) {
      const interval = quantileInterval(ascending(Array.from({ length: 15 }, () => random())), 0.5);
      if (interval && interval[0] <= 0.5 && interval[1] >= 0.5) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.94);
  });

  it("too small a sample says so with null", () => {
    const summary = summarize(sample(28));
    expect(summary.p["90"]).toBeNull();
    expect(summarize(sample(29)).p["90"]).not.toBeNull();
    expect(summarize([1, 2, 3]).ci95).toBeNull();
    expect(summarize([])).toMatchObject({ n: 0, mean: null, p: { "50": null } });
  });
});

describe("Mann-Whitney", () => {
  it("the distribution of U sums to the number of arrangements and is symmetric", () => {
    for (const [m, n] of [
      [3, 4],
      [5, 5],
      [6, 9],
    ] as const) {
      const counts = uDistribution(m, n);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(ss.combinations(indices(m + n), m).length);
      expect(counts).toEqual(counts.slice().reverse());
    }
  });

  it("three against three can never reach 0.05, five against five can", () => {
    expect(mannWhitney([1, 2, 3], [10, 11, 12])).toBeGreaterThan(0.05);
    expect(mannWhitney([1, 2, 3, 4, 5], [10, 11, 12, 13, 14])).toBeCloseTo(0.00794, 5);
  });

  it("ties are counted exactly in small samples: equal samples are no evidence", () => {
    expect(mannWhitney([0, 0, 0, 0, 0], [0, 0, 0, 0, 0])).toBe(1);
    expect(mannWhitney([1, 1, 2, 3, 4], [5, 6, 7, 7, 8])).toBeCloseTo(2 / 252, 10);
  });

  it("large samples use the corrected approximation, near the exact value", () => {
    const a = indices(51).map((i) => i * 2);
    const b = indices(51).map((i) => i * 2 + 25);
    expect(mannWhitney(a, b)).toBeLessThan(0.05);
    expect(mannWhitney(a, a)).toBeGreaterThan(0.99);
  });

  it("rejects a true null at most as often as its level says", () => {
    let rejected = 0;
    for (let i = 0; i < 2000; i++) if (mannWhitney(sample(5), sample(5)) < 0.05) rejected++;
    expect(rejected / 2000).toBeLessThan(0.05);
  });
});

describe("Hodges-Lehmann", () => {
  it("is the median of the differences, with the exact interval", () => {
    // Reference: R, wilcox.test(after, before, conf.int = TRUE): estimate 10, interval 7 to 13.
    const shift = hodgesLehmann([1, 2, 3, 4, 5], [11, 12, 13, 14, 15]);
    expect(shift.estimate).toBe(10);
    expect(shift.ci95).toEqual([7, 13]);
  });

  it("has no interval where the samples are too small", () => {
    expect(hodgesLehmann([1, 2, 3], [4, 5, 6]).ci95).toBeNull();
  });

  it("holds the true shift at least 95 times in 100", () => {
    let held = 0;
    for (let i = 0; i < 1000; i++) {
      const { ci95 } = hodgesLehmann(
        sample(6),
        sample(6).map((value) => value + 3),
      );
      if (ci95 && ci95[0] <= 3 && ci95[1] >= 3) held++;
    }
    expect(held / 1000).toBeGreaterThan(0.94);
  });
});

describe("Holm", () => {
  it("adjusts as R's p.adjust does", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([])).toEqual([]);
  });

  it("leaves six comparisons of five against five significant at the extreme", () => {
    expect(Math.max(...holm(new Array(6).fill(2 / 252)))).toBeLessThan(0.05);
    expect(Math.max(...holm(new Array(7).fill(2 / 252)))).toBeGreaterThan(0.05);
  });
});

describe("Wilson", () => {
  it.each([
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
  ])("%i of %i", (successes, n, low, high) => {
    const interval = wilson(successes, n);
    expect(interval?.[0]).toBeCloseTo(low, 4);
    expect(interval?.[1]).toBeCloseTo(high, 4);
  });

  it("has no interval for nothing", () => expect(wilson(0, 0)).toBeNull());
});

describe("outliers are flagged, never deleted", () => {
  it("finds the one that stands out", () => {
    const values = [10, 11, 10, 12, 11, 10, 500];
    expect(outliers(values)).toEqual([500]);
    expect(summarize(values).max).toBe(500);
  });
});

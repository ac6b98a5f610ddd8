import { normalCdf } from "./normal.js";

/** Up to this many pairs of sample sizes the null distribution is enumerated; beyond, it is approximated. */
const EXACT_UP_TO = 50;

/**
 * The two-sided p-value of the Mann–Whitney U test (Wilcoxon rank sum). Exact for samples of up to 50 values each
 * without ties, and exact by counting all arrangements for small tied samples; otherwise the normal approximation
 * with tie and continuity correction. Source: Mann and Whitney 1947; Lehmann, Nonparametrics, 1.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 1;
  const u = uStatistic(a, b);
  const tied = new Set([...a, ...b]).size < a.length + b.length;
  if (!tied && a.length <= EXACT_UP_TO && b.length <= EXACT_UP_TO) return exactP(u, a.length, b.length);
  if (tied && a.length + b.length <= 16) return permutationP(a, b, u);
  return approximateP(a, b, u);
}

/** The number of pairs in which `a` is larger; a tie counts one half. */
function uStatistic(a: readonly number[], b: readonly number[]): number {
  let u = 0;
  for (const x of a) for (const y of b) u += x > y ? 1 : x === y ? 0.5 : 0;
  return u;
}

/**
 * How many of the arrangements of `m` and `n` values give each U: the recurrence
 * `f(u; m, n) = f(u − n; m − 1, n) + f(u; m, n − 1)`, as one row at a time.
 */
export function uDistribution(m: number, n: number): number[] {
  // The Gaussian binomial coefficient: multiply by (1 − q^(n+i)) and divide by (1 − q^i), for i = 1 … m.
  const size = m * n + 1;
  let row = new Array<number>(size).fill(0);
  row[0] = 1;
  for (let i = 1; i <= m; i++) {
    const next = row.slice();
    for (let u = size - 1; u >= n + i; u--) next[u] = (next[u] ?? 0) - (next[u - n - i] ?? 0);
    for (let u = i; u < size; u++) next[u] = (next[u] ?? 0) + (next[u - i] ?? 0);
    row = next;
  }
  return row;
}

function exactP(u: number, m: number, n: number): number {
  const counts = uDistribution(m, n);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const extreme = Math.min(u, m * n - u);
  let tail = 0;
  for (let i = 0; i <= extreme; i++) tail += counts[i] ?? 0;
  return Math.min(1, (2 * tail) / total);
}

function permutationP(a: readonly number[], b: readonly number[], u: number): number {
  const all = [...a, ...b];
  const middle = (a.length * b.length) / 2;
  const distance = Math.abs(u - middle) - 1e-9;
  let extreme = 0;
  let total = 0;
  const choose = (from: number, picked: number[]): void => {
    if (picked.length === a.length) {
      const chosen = new Set(picked);
      const first = all.filter((_, index) => chosen.has(index));
      const second = all.filter((_, index) => !chosen.has(index));
      total++;
      if (Math.abs(uStatistic(first, second) - middle) >= distance) extreme++;
      return;
    }
    for (let i = from; i <= all.length - (a.length - picked.length); i++) choose(i + 1, [...picked, i]);
  };
  choose(0, []);
  return extreme / total;
}

function approximateP(a: readonly number[], b: readonly number[], u: number): number {
  const m = a.length;
  const n = b.length;
  const total = m + n;
  const counts = new Map<number, number>();
  for (const value of [...a, ...b]) counts.set(value, (counts.get(value) ?? 0) + 1);
  let ties = 0;
  for (const count of counts.values()) ties += count ** 3 - count;
  const variance = ((m * n) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance === 0) return 1;
  const z = (Math.abs(u - (m * n) / 2) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * (1 - normalCdf(Math.max(0, z))));
}

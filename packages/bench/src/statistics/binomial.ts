/**
 * `P(X < k)` for `X ~ Bin(n, p)` and every `k` from 0 to `n + 1`. Each probability follows from its neighbour's
 * logarithm, so that large `n` neither underflows nor costs more than one pass.
 */
export function binomialCumulative(n: number, p: number): Float64Array {
  const cumulative = new Float64Array(n + 2);
  const odds = Math.log(p) - Math.log1p(-p);
  let logMass = n * Math.log1p(-p);
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += Math.exp(logMass);
    cumulative[k + 1] = Math.min(1, sum);
    logMass += Math.log((n - k) / (k + 1)) + odds;
  }
  return cumulative;
}

/** Wilson's score interval of a share `successes / n` at 95 %; `null` when `n` is 0. Source: Wilson 1927. */
export function wilson(successes: number, n: number): [number, number] | null {
  if (n === 0) return null;
  const z = 1.959963984540054;
  const share = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

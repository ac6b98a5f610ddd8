/** The standard normal distribution function, to 1.2e-7 (W. J. Cody's rational Chebyshev form of erfc, as in Numerical Recipes 6.2). */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  let polynomial = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) polynomial = polynomial * t + (coefficients[i] ?? 0);
  const tail = (t * Math.exp(-x * x + polynomial)) / 2;
  return z >= 0 ? 1 - tail : tail;
}

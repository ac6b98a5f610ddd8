const UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads a Go duration such as `1h30m` in milliseconds; `undefined` when it is none. */
export function parseGoDuration(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0;
  const pattern = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;
  let total = 0;
  let end = 0;
  for (const match of body.matchAll(pattern)) {
    total += Number(match[1]) * (UNITS[match[2] ?? ""] ?? 0);
    end = match.index + match[0].length;
  }
  return end === body.length && end > 0 ? sign * total : undefined;
}

/** Whether a text would be a Go duration if it had a unit. */
export function isBareNumber(text: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text);
}

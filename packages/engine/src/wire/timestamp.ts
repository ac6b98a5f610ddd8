const NS_PER_MS = 1_000_000n;

/** Nanoseconds since the epoch, from the clock of the machine with the finest steps it offers. */
export function nowNs(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}

/** Writes nanoseconds since the epoch as RFC 3339 in UTC, with as many decimals as it needs (at most nine). */
export function formatTimestamp(epochNs: bigint): string {
  const date = new Date(Number(epochNs / NS_PER_MS));
  const fraction = (epochNs % 1_000_000_000n)
    .toString()
    .padStart(9, "0")
    .replace(/0{1,9}$/, "");
  return `${date.toISOString().slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}Z`;
}

/** The time now, as the wire writes it. */
export function timestamp(): string {
  return formatTimestamp(nowNs());
}

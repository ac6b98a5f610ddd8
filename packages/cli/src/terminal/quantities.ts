/** Bytes in decimal units, as `ollama list` prints them: `1.9 GB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 10 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** A duration in milliseconds for a person: `340ms`, `2.1s`, `3m12s`, `1h05m`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(Math.floor(seconds % 60)).padStart(2, "0")}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}m`;
}

/** How long ago, or how far ahead, a time is: `3 days ago`, `4 minutes from now`. */
export function formatRelative(time: Date, now: Date): string {
  const ms = time.getTime() - now.getTime();
  if (Math.abs(ms) > 100 * 365 * 86_400_000) return ms > 0 ? "Forever" : "Never";
  const words = largestUnit(Math.abs(ms) / 1000);
  return ms > 0 ? `${words} from now` : `${words} ago`;
}

function largestUnit(seconds: number): string {
  const units: [name: string, seconds: number][] = [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["week", 604_800],
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  for (const [name, size] of units) {
    const count = Math.floor(seconds / size);
    // As Ollama says it, two months are still "8 weeks" only below that; one of a unit is shown in the next smaller one.
    if (count >= 2 || (count === 1 && name !== "month" && name !== "year"))
      return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  return seconds < 1 ? "Less than a second" : `${Math.floor(seconds)} second${Math.floor(seconds) === 1 ? "" : "s"}`;
}

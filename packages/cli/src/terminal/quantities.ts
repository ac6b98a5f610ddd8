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

/** A count of things: `1 record`, `2 records`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
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
  if (isEndless(ms)) return ms > 0 ? "Forever" : "Never";
  const seconds = Math.abs(ms) / 1000;
  const { count, name } = largestUnit(seconds);
  const words = seconds < 1 ? "Less than a second" : counted(count, name);
  return ms > 0 ? `${words} from now` : `${words} ago`;
}

/** As {@link formatRelative}, in few columns: `5 min ago`, `in 4 min`. */
export function formatRelativeShort(time: Date, now: Date): string {
  const ms = time.getTime() - now.getTime();
  if (isEndless(ms)) return ms > 0 ? "forever" : "never";
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 1) return "now";
  const { count, short } = largestUnit(seconds);
  return ms > 0 ? `in ${count} ${short}` : `${count} ${short} ago`;
}

interface Unit {
  name: string;
  short: string;
  seconds: number;
}

const SECOND: Unit = { name: "second", short: "s", seconds: 1 };
const UNITS: readonly Unit[] = [
  { name: "year", short: "y", seconds: 31_536_000 },
  { name: "month", short: "mo", seconds: 2_592_000 },
  { name: "week", short: "wk", seconds: 604_800 },
  { name: "day", short: "d", seconds: 86_400 },
  { name: "hour", short: "h", seconds: 3600 },
  { name: "minute", short: "min", seconds: 60 },
];

function isEndless(ms: number): boolean {
  return Math.abs(ms) > 100 * 365 * 86_400_000;
}

function largestUnit(seconds: number): Unit & { count: number } {
  for (const unit of UNITS) {
    const count = Math.floor(seconds / unit.seconds);
    // As Ollama says it, two months are still "8 weeks" only below that; one of a unit is shown in the next smaller one.
    if (count >= 2 || (count === 1 && unit.name !== "month" && unit.name !== "year")) return { ...unit, count };
  }
  return { ...SECOND, count: Math.floor(seconds) };
}

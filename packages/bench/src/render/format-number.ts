import type { MetricDefinition } from "../metrics/metric-definitions.js";

/** A number with three significant digits, as a person reads it; `–` for none. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return value.toFixed(0);
  if (magnitude >= 10) return value.toFixed(1);
  return magnitude >= 1 ? value.toFixed(2) : value.toPrecision(2);
}

/** A value with its unit; shares as per cent. */
export function formatValue(value: number | null | undefined, unit: MetricDefinition["unit"]): string {
  if (value === null || value === undefined) return "–";
  return unit === "ratio" ? formatShare(value) : `${formatNumber(value)} ${unit}`;
}

/** A share as per cent. */
export function formatShare(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${formatNumber(share * 100)} %`;
}

/** A relative change with its sign: `+12.3 %`. */
export function formatChange(share: number): string {
  return `${share > 0 ? "+" : ""}${formatNumber(share * 100)} %`;
}

/** A size in decimal units, as `ollama list` has it. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return "–";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : formatNumber(value)} ${units[unit]}`;
}

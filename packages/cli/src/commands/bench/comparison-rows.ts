import type { MetricComparison } from "@codo/ollama-bench";
import { sanitize } from "../../terminal/sanitize.js";

/** Compared metrics as rows of a table. */
export function comparisonRows(metrics: readonly MetricComparison[]): string[][] {
  return metrics.map(({ metric, model, scenarioId, before, after, shift, ci95, verdict }) => [
    metric,
    sanitize(model),
    sanitize(scenarioId),
    formatFigure(before),
    formatFigure(after),
    `${formatShare(shift)}${ci95 === null ? "" : ` [${formatShare(ci95[0])}, ${formatShare(ci95[1])}]`}`,
    verdict,
  ]);
}

/** A figure with four digits. */
export function formatFigure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 ? "+" : ""}${percent.toFixed(1)}%`;
}

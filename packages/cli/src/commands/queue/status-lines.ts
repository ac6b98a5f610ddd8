import type { FleetStatus } from "@codo/ollama-queue";
import { formatDuration } from "../../terminal/quantities.js";
import { relativeTimes } from "../../terminal/relative-time.js";
import { renderTable } from "../../terminal/table.js";
import type { Terminal } from "../../terminal/terminal.js";

/** A fleet's status as lines for a person. */
export function statusLines(status: FleetStatus, terminal: Pick<Terminal, "lineWidth" | "isOutputTerminal">): string[] {
  const width = terminal.lineWidth;
  const parts = [
    modelTable(status, width),
    workerTable(status, width),
    batchTable(status, width, relativeTimes(terminal)),
  ];
  return parts.flatMap((part, index) => [...(index === 0 ? [] : [""]), ...part]);
}

function modelTable({ models }: FleetStatus, width: number): string[] {
  if (models.length === 0) return ["No model has a queue yet. `codo worker` and `codo batch --queue` make one."];
  const titles = ["MODEL", "WAITING", "RUNNING", "DONE", "FAILED", "UNCOLLECTED", "ETA"];
  const rows = models.map(({ model, waiting, active, completed, failed, uncollected, isPaused, etaSeconds }) => [
    model,
    ...[waiting, active, completed, failed, uncollected].map(String),
    isPaused ? "paused" : etaSeconds === undefined ? "" : formatDuration(etaSeconds * 1000),
  ]);
  return table(titles, rows, width);
}

function workerTable({ workers }: FleetStatus, width: number): string[] {
  if (workers.length === 0) return ["No worker. Start one beside each server: `codo worker --queue URL`"];
  const titles = ["HOST", "STATE", "RUNNING", "TOKENS/S", "PROMPTS/S", "DONE", "FAILED", "MODELS"];
  const rows = workers.map((worker) => [
    worker.host,
    worker.state,
    `${worker.running}/${worker.concurrency}`,
    worker.tokensPerSecond.toFixed(1),
    worker.promptsPerSecond.toFixed(1),
    String(worker.completed),
    String(worker.failed),
    worker.models.join(", "),
  ]);
  return table(titles, rows, width);
}

function batchTable({ batches }: FleetStatus, width: number, relative: (time: Date) => string): string[] {
  if (batches.length === 0) return ["No batch."];
  const titles = ["BATCH", "MODEL", "FROM", "ITEMS", "SUBMITTED"];
  const rows = batches.map(({ id, model, source = "", submitted, isComplete, createdAtMs }) => [
    id,
    model,
    source,
    submitted === 0 ? "" : `${submitted}${isComplete ? "" : " so far"}`,
    relative(new Date(createdAtMs)),
  ]);
  return table(titles, rows, width);
}

function table(titles: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  return renderTable(
    titles.map((title) => ({ title })),
    rows,
    { width },
  ).split("\n");
}

import { type ModelExecutionResult, OllamaError } from "@codo/ollama-core";
import type { ContextReport } from "@codo/ollama-runner";
import { formatDuration } from "../terminal/quantities.js";
import { sanitize } from "../terminal/sanitize.js";
import type { Terminal } from "../terminal/terminal.js";

/** Prints what a person should know about a result beside its text: that it was cut, and how to lift that. */
export function printResultNotes(result: ModelExecutionResult, terminal: Terminal): void {
  const { truncated, contextTruncated, options } = result.metadata;
  if (truncated) {
    const limit = options.num_predict;
    const cut = limit === undefined ? "the end of the context" : `numPredict=${String(limit)}`;
    terminal.warn(
      `The answer was cut at ${cut}; -o numPredict=-1 removes the limit, -o numCtx=N enlarges the context window.`,
    );
  }
  if (contextTruncated) {
    terminal.warn(
      "The prompt did not fit the context window, and the server dropped a part of it; -o numCtx=N enlarges it.",
    );
  }
}

/** Reports which documents of `--context` the context window had no room for. */
export function printLeftOut(result: ModelExecutionResult, terminal: Terminal): void {
  const { leftOut = [] } = (result.metadata.context ?? {}) as Partial<ContextReport>;
  if (leftOut.length === 0) return;
  const names = leftOut.map(({ index, title }) => title ?? `document ${index + 1}`).join(", ");
  terminal.warn(sanitize(`There was no room for ${names}, and the answer goes without; -o numCtx=N makes room.`));
}

/** Timings as `ollama run --verbose` prints them. */
export function timingLines(result: ModelExecutionResult): string[] {
  const { usage, timings, tokensPerSecond } = result.metadata;
  const rows: [string, string | undefined][] = [
    ["total duration", duration(timings.totalMs ?? result.executionTime * 1000)],
    ["load duration", duration(timings.loadMs)],
    ["time to first token", duration(timings.ttftMs)],
    ["prompt eval count", tokens(usage.promptTokens)],
    ["prompt eval duration", duration(timings.promptEvalMs)],
    ["eval count", tokens(usage.completionTokens)],
    ["eval duration", duration(timings.evalMs)],
    ["eval rate", tokensPerSecond === undefined ? undefined : `${tokensPerSecond.toFixed(2)} tokens/s`],
  ];
  return rows.filter((row) => row[1] !== undefined).map(([name, value]) => `${`${name}:`.padEnd(22)}${value}`);
}

/** The error that a failed result stands for. */
export function errorOf(result: ModelExecutionResult): OllamaError {
  const { error } = result.metadata;
  const message = result.errorMessage ?? "The run failed.";
  const advice = typeof error?.advice === "string" && message.endsWith(` ${error.advice}`) ? error.advice : "";
  return new OllamaError(error?.code ?? "SERVER_ERROR", message.slice(0, message.length - advice.length).trimEnd(), {
    advice,
    ...(error === undefined ? {} : { retryable: error.retryable }),
    details: { model: result.modelName, id: result.id },
  });
}

function duration(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatDuration(ms);
}

function tokens(count: number | undefined): string | undefined {
  return count === undefined ? undefined : `${count} token(s)`;
}

import { OllamaError } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";

/** One line about a server that does not answer. That nothing listens there is expected, and not said again. */
export function noServerAt(url: string, reason: string | undefined): string {
  const isRefused = reason === undefined || reason.includes("ECONNREFUSED");
  return isRefused ? `No server answers at ${url}.` : `No server answers at ${url}: ${reason}`;
}

/** What to do where no server answers: another where somebody named the host, since then no other takes its place. */
export async function serverHint(context: CliContext): Promise<string> {
  const start = "`codo server start` starts Ollama where it is installed, else the built-in engine";
  if (!(await context.isHostExplicit())) return `${start}, and it stays; \`codo doctor\` finds what is wrong.`;
  return `Start it there, or name no host (--host, OLLAMA_HOST, settings): then ${start}.`;
}

/** Says of an error that there is no server what it means for models in memory; other errors stay as they are. */
export function nothingLoaded(error: unknown): unknown {
  if (!OllamaError.is(error) || error.code !== "SERVER_UNAVAILABLE") return error;
  const { url, host } = error.details;
  const message = `No server answers at ${String(url ?? host)}, so no model is loaded.`;
  return new OllamaError(error.code, message, { cause: error, details: error.details });
}

import { OllamaError, type ServerHealth } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";
import { promptWords } from "../errors/prompt-words.js";

/** What was found in place of a server, and what to do. */
export async function describeMissing(
  context: CliContext,
  { url, status, reason, advice }: ServerHealth,
): Promise<{ message: string; hint: string }> {
  if (status !== "foreign") return { message: noServerAt(url, reason), hint: await serverHint(context, advice) };
  const why = reason === undefined ? "." : `: ${reason}`;
  const hint = advice === undefined ? "Name the address of an Ollama with --host or OLLAMA_HOST." : promptWords(advice);
  return { message: `Something answers at ${url} that is no Ollama${why}`, hint };
}

/** One line about a server that does not answer. That nothing listens there is expected, and not said again. */
function noServerAt(url: string, reason: string | undefined): string {
  const isRefused = reason === undefined || reason.includes("connection refused (ECONNREFUSED)");
  return isRefused ? `No server answers at ${url}.` : `No server answers at ${url}: ${reason}`;
}

/**
 * What to do where no server answers: another where somebody named the host, since then no other takes its place.
 * @param advice what is known to help, where the reason says so
 */
export async function serverHint(context: CliContext, advice?: string): Promise<string> {
  if (advice !== undefined) return promptWords(advice);
  const start = "`codo server start` starts Ollama where it is installed, else the built-in engine";
  if (!(await context.isHostExplicit())) return `${start}, and it stays; \`codo doctor\` finds what is wrong.`;
  return `Start it there, or name no host (--host, OLLAMA_HOST, settings): then ${start}.`;
}

/** Says of an error that there is no server what it means for models in memory; other errors stay as they are. */
export function nothingLoaded(error: unknown): unknown {
  if (!OllamaError.is(error) || error.code !== "SERVER_UNAVAILABLE") return error;
  const { url, host } = error.details;
  const { reason, advice, problemReason = advice === undefined ? undefined : reason } = error.details;
  const why = problemReason === undefined ? "" : ` (${String(problemReason).replace(/\.$/, "")})`;
  const message = `No server answers at ${String(url ?? host)}${why}, so no model is loaded.`;
  return new OllamaError(error.code, message, { cause: error, details: error.details, advice: error.advice ?? "" });
}

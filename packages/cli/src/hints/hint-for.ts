import { OllamaError } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";
import { NO_EMBEDDINGS, promptWords } from "../errors/prompt-words.js";

/** What a server says when it failed, and not when it refused; then its log has the reason. */
const FAILED = /runner|unexpected EOF|terminated|exited|failed to (load|allocate)|out of memory|cuda|panic|no text/i;

const RAISE_TIMEOUT = "Raise --timeout, or leave it out; `codo server status` shows whether the server runs.";

/** What to do about an error, where that depends on the server in use; `undefined` where what is always said will do. */
export async function hintFor(error: unknown, context: CliContext): Promise<string | undefined> {
  if (!OllamaError.is(error)) return undefined;
  // What a queue lacks is no matter of the server in use.
  if (error.details.queue !== undefined) return error.advice;
  if (error.code === "TIMEOUT_TOTAL" && error.details.limitMs === context.timeoutMs) return RAISE_TIMEOUT;
  switch (error.code) {
    case "SERVER_UNAVAILABLE": {
      // A certificate, a name, a proxy, a path in the host: to start a server would not help.
      if (typeof error.details.advice === "string") return promptWords(error.details.advice);
      if (error.details.problem !== undefined) return promptWords(error.advice ?? "");
      const { serverHint } = await import("./no-server.js");
      return await serverHint(context);
    }
    case "MODEL_NOT_FOUND": {
      const { suggestModel } = await import("./suggest-model.js");
      return await suggestModel(error, context);
    }
    case "MODEL_LACKS_CAPABILITY": {
      if (!promptWords(error.summary).includes(NO_EMBEDDINGS)) return undefined;
      const { suggestEmbeddingModel } = await import("./suggest-model.js");
      return await suggestEmbeddingModel(context);
    }
    case "STREAM_CORRUPT":
      return error.details.problem === "page"
        ? "Check --host; sign in there first where the page asks for it."
        : undefined;
    case "SERVER_ERROR":
      return FAILED.test(error.summary) ? await logHint(context) : undefined;
    default:
      return undefined;
  }
}

/** Where the log of the server in use is; an engine that ran for this command alone has none. */
async function logHint(context: CliContext): Promise<string | undefined> {
  const { current } = await context.server();
  if (current?.source === "embedded") return undefined;
  const { backgroundServerStatus } = await import("@codo/ollama-core");
  const host = current?.url ?? (await context.server()).host;
  const recorded = await backgroundServerStatus({ host }).catch(() => undefined);
  const log = recorded === undefined ? "The server's log says more" : `Its log says more: ${recorded.logFile}`;
  return `${log}; \`codo doctor\` checks what is around it.`;
}

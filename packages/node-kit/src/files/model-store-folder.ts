import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * The folder of the user's models, the same for everything that serves them: `OLLAMA_MODELS`, else Ollama's own,
 * `~/.ollama/models`. It need not be there.
 */
export function modelStoreFolder(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): string {
  const named = withoutQuotes((env.OLLAMA_MODELS ?? "").trim());
  return named === "" ? join(home, ".ollama", "models") : resolve(named);
}

/** Some shells and service files leave quotes around a value. */
function withoutQuotes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isQuote(text[start])) start++;
  while (end > start && isQuote(text[end - 1])) end--;
  return text.slice(start, end);
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * The folder of the user's models, the same for everything that serves them: `OLLAMA_MODELS`, else Ollama's own,
 * `~/.ollama/models`. It need not be there.
 */
export function modelStoreFolder(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): string {
  const named = (env.OLLAMA_MODELS ?? "").trim().replace(/^["']+|["']+$/g, "");
  return named === "" ? join(home, ".ollama", "models") : resolve(named);
}

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Names a `llama-server` that computes in place of the built-in llama.cpp. */
export const LLAMA_SERVER_VARIABLE = "CODO_ENGINE_LLAMA_SERVER";

/** Where the user's `llama-server` is: on the PATH, as Homebrew, Debian and the releases of llama.cpp put it. */
export function findLlamaServer(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const name = process.platform === "win32" ? "llama-server.exe" : "llama-server";
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { accessSync, constants } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";

/** Names a `llama-server` that computes in place of the built-in llama.cpp. */
export const LLAMA_SERVER_VARIABLE = "CODO_ENGINE_LLAMA_SERVER";

/** Where the user's `llama-server` is: on the PATH, as Homebrew, Debian and the releases of llama.cpp put it. */
export function findLlamaServer(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return inFolders(foldersOf(environment), "llama-server");
}

/**
 * Where the user's `llama-quantize` is: beside the `llama-server` that is named (`auto` and nothing name none), else on the
 * PATH.
 */
export function findLlamaQuantize(
  named: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const isPath = named !== undefined && basename(named) !== named;
  return inFolders([...(isPath ? [dirname(named)] : []), ...foldersOf(environment)], "llama-quantize");
}

function foldersOf(environment: NodeJS.ProcessEnv): string[] {
  return (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
}

function inFolders(folders: readonly string[], program: string): string | undefined {
  const name = process.platform === "win32" ? `${program}.exe` : program;
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

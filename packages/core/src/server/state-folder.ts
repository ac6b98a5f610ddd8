import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder for what belongs to this machine and this moment, such as the server that runs: `CODO_STATE_DIR`, else
 * the platform's (`$XDG_STATE_HOME/codo`, by default `~/.local/state/codo`; `~/Library/Application Support/codo`;
 * `%LOCALAPPDATA%\codo\State`).
 */
export function stateFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (env.CODO_STATE_DIR) return env.CODO_STATE_DIR;
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "codo", "State");
  if (env.XDG_STATE_HOME) return join(env.XDG_STATE_HOME, "codo");
  if (platform === "darwin") return join(home, "Library", "Application Support", "codo");
  return join(home, ".local", "state", "codo");
}

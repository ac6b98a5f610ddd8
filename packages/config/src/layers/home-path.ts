import { homedir } from "node:os";
import { join } from "node:path";
import type { ConfigSettings } from "../schema/config-schema.js";
import type { Environment } from "./locations.js";

/** The settings that are paths. */
const PATH_SETTINGS = ["outputDirectory", "ollamaBinary"] as const;

/** A path in which `~` at the beginning is the home folder, as a shell has it; `~somebody` stays as it is. */
export function expandHome(path: string, env: Environment = process.env): string {
  if (!/^~(?=$|[\\/])/.test(path)) return path;
  return join(env.HOME || env.USERPROFILE || homedir(), path.slice(1));
}

/** Settings whose paths can be opened. */
export function withHomePaths<T extends ConfigSettings>(settings: T, env: Environment): T {
  const expanded: T = { ...settings };
  for (const key of PATH_SETTINGS) {
    const path = settings[key];
    if (typeof path === "string") Object.assign(expanded, { [key]: expandHome(path, env) });
  }
  return expanded;
}

import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { ConfigSettings } from "../schema/config-schema.js";
import type { Environment } from "./locations.js";

/** The settings that are paths. */
const PATH_SETTINGS = ["outputDirectory", "ollamaBinary"] as const;

/** A path in which `~` at the beginning is the home folder, as a shell has it; `~somebody` stays as it is. */
export function expandHome(path: string, env: Environment = process.env): string {
  if (!expandsHome(path)) return path;
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

/**
 * The settings of a project, whose relative paths start at its folder, wherever in it one works. A binary without
 * a slash is a name to be looked up.
 */
export function withProjectPaths<T extends ConfigSettings>(settings: T, folder: string): T {
  const absolute: T = { ...settings };
  for (const key of PATH_SETTINGS) {
    const path = settings[key];
    if (typeof path !== "string" || isAbsolute(path) || expandsHome(path)) continue;
    if (key === "ollamaBinary" && !/[\\/]/.test(path)) continue;
    Object.assign(absolute, { [key]: resolve(folder, path) });
  }
  return absolute;
}

function expandsHome(path: string): boolean {
  return /^~(?=$|[\\/])/.test(path);
}

import { statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** A process's environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a user's files of `codo` live on this platform. */
export interface UserFolders {
  config: string;
  data: string;
  state: string;
  cache: string;
}

/** Names of the file that settles things for a project, in order of preference. */
export const PROJECT_FILE_NAMES = ["codo.config.json", "codo.config.jsonc"] as const;

/** The user's folders: the XDG variables where they are set, else what the platform has for this. */
export function userFolders(env: Environment = process.env, platform: NodeJS.Platform = process.platform): UserFolders {
  const home = env.HOME || env.USERPROFILE || homedir();
  const roots = platformRoots(env, platform, home);
  const folder = (variable: string, root: string) => join(env[variable] || root, "codo");
  return {
    config: folder("XDG_CONFIG_HOME", roots.config),
    data: folder("XDG_DATA_HOME", roots.data),
    state: folder("XDG_STATE_HOME", roots.state),
    cache: folder("XDG_CACHE_HOME", roots.cache),
  };
}

/** The user's configuration file. */
export function userConfigFile(env: Environment = process.env): string {
  return join(userFolders(env).config, "config.json");
}

/** The nearest project file, looked for in `folder` and upwards; `undefined` when there is none. */
export function findProjectFile(folder: string): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    for (const name of PROJECT_FILE_NAMES) {
      const candidate = join(current, name);
      if (isFile(candidate)) return candidate;
    }
    if (dirname(current) === current) return undefined;
  }
}

function platformRoots(env: Environment, platform: NodeJS.Platform, home: string): UserFolders {
  if (platform === "win32") {
    const roaming = env.APPDATA || join(home, "AppData", "Roaming");
    const local = env.LOCALAPPDATA || join(home, "AppData", "Local");
    return { config: roaming, data: local, state: local, cache: local };
  }
  if (platform === "darwin") {
    const support = join(home, "Library", "Application Support");
    return { config: support, data: support, state: support, cache: join(home, "Library", "Caches") };
  }
  const local = join(home, ".local");
  return {
    config: join(home, ".config"),
    data: join(local, "share"),
    state: join(local, "state"),
    cache: join(home, ".cache"),
  };
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A folder that may not be looked into has no file for this user.
    return false;
  }
}

import type { Environment } from "@codo/ollama-config";
import { ConfigManager, userFolders } from "@codo/ollama-config";

/*
 * The `open-…` modules are loaded when a command needs them. They name what they take from a package, so that the
 * bundle's parts hold that and nothing more: loading a package's whole index would tie all of it to every command.
 */

/** A configuration that is not read yet. */
export function openConfig(configFile: string | undefined, env: Environment): ConfigManager {
  return new ConfigManager(configFile ?? null, { env });
}

/** The folder of the user's data. */
export function dataFolder(env: Environment): string {
  return userFolders(env).data;
}

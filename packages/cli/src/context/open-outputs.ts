import { OutputManager } from "@codo/ollama-output";

/*
 * The `open-…` modules are loaded when a command needs them. They name what they take from a package, so that the
 * bundle's parts hold that and nothing more: loading a package's whole index would tie all of it to every command.
 */

/** The store of results. */
export function openOutputs(folder: string): OutputManager {
  return new OutputManager(folder);
}

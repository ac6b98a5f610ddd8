import { OutputManager } from "@codo/ollama-output";

/** The store of results. */
export function openOutputs(folder: string): OutputManager {
  return new OutputManager(folder);
}

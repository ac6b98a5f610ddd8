import { createRequire } from "node:module";
import { join } from "node:path";
import { InferenceError } from "../inference-error.js";
import { binariesFolder, WITHOUT_BINARIES } from "../platform-binaries.js";
import type { NativeAddon } from "./native-addon.js";

const ALL_LAYERS = 9999;

/** llama.cpp, and how many of a model's layers it may put on a GPU. */
export interface LoadedAddon {
  addon: NativeAddon;
  gpuLayers: number;
}

/** The lines that llama.cpp logs as errors, oldest first; the reason of a failed load is among them. */
export const nativeErrors: string[] = [];

const ERROR_LEVEL = 2;
const KEPT_ERRORS = 20;

/** Loads llama.cpp for this machine. @throws InferenceError `load` when there are no binaries for it */
export async function loadAddon(): Promise<LoadedAddon> {
  const folder = binariesFolder();
  const addon = requireAddon(join(folder, "llama-addon.node"));
  addon.setLoggerLogLevel(ERROR_LEVEL);
  addon.setLogger((_level, message) => {
    if (nativeErrors.length < KEPT_ERRORS) nativeErrors.push(message.trim());
  });
  addon.loadBackends();
  if (addon.getGpuType() === undefined) addon.loadBackends(folder);
  if (addon.getGpuType() === undefined) {
    throw new InferenceError("load", `llama.cpp found no way to compute on this processor in ${folder}.`);
  }
  await addon.init();
  return { addon, gpuLayers: addon.getGpuType() === false ? 0 : ALL_LAYERS };
}

function requireAddon(path: string): NativeAddon {
  try {
    return createRequire(import.meta.url)(path) as NativeAddon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InferenceError("load", `The llama.cpp binary ${path} can't be loaded: ${reason}`, {
      cause,
      details: WITHOUT_BINARIES,
    });
  }
}

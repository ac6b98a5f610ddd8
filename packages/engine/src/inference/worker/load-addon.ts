import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { InferenceError } from "../inference-error.js";
import type { NativeAddon } from "./native-addon.js";

const PLATFORM_PACKAGES: Record<string, string> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
  "win32-x64": "win-x64",
  "win32-arm64": "win-arm64",
};

/**
 * Names a package of binaries to use instead of the platform's own, such as `@node-llama-cpp/linux-x64-vulkan`, which
 * the user has added; with a GPU in it, all layers go there.
 */
const BINARIES_VARIABLE = "CODO_ENGINE_BINARIES";
const ALL_LAYERS = 9999;

/** llama.cpp, and how many of a model's layers it may put on a GPU. */
export interface LoadedAddon {
  addon: NativeAddon;
  gpuLayers: number;
}

/** The lines that llama.cpp logs as errors, oldest first; the reason of a failed load is among them. */
export const nativeErrors: string[] = [];

/** Something else may compute here. */
const WITHOUT_BINARIES = { isWithoutBinaries: true };
const ERROR_LEVEL = 2;
const KEPT_ERRORS = 20;

/** Loads llama.cpp for this machine. @throws InferenceError `load` when there are no binaries for it */
export async function loadAddon(): Promise<LoadedAddon> {
  const chosen = process.env[BINARIES_VARIABLE];
  const folder = chosen
    ? folderOf(chosen, `${chosen} (from ${BINARIES_VARIABLE}) is not installed.`)
    : platformFolder();
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
  return { addon, gpuLayers: chosen && addon.getGpuType() !== false ? ALL_LAYERS : 0 };
}

function platformFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = PLATFORM_PACKAGES[platform];
  if (name === undefined) {
    const message = `There are no llama.cpp binaries for ${platform}: install llama.cpp's llama-server, or use an Ollama server.`;
    throw new InferenceError("load", message, { details: WITHOUT_BINARIES });
  }
  return folderOf(
    `@node-llama-cpp/${name}`,
    `The llama.cpp binaries for ${platform} are not installed: install again with optional dependencies, ` +
      `or add @node-llama-cpp/${name} (on Linux they need glibc).`,
  );
}

/** Where a package of binaries keeps them. */
function folderOf(packageName: string, whenMissing: string): string {
  try {
    const main = createRequire(import.meta.url).resolve(packageName);
    return join(dirname(main), "..", "bins", basename(packageName));
  } catch (cause) {
    throw new InferenceError("load", whenMissing, { cause, details: WITHOUT_BINARIES });
  }
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

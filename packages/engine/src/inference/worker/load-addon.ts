import { createRequire } from "node:module";
import { dirname, join } from "node:path";
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

/** The lines that llama.cpp logs as errors, oldest first; the reason of a failed load is among them. */
export const nativeErrors: string[] = [];

const ERROR_LEVEL = 2;
const KEPT_ERRORS = 20;

/** Loads llama.cpp for this machine. @throws InferenceError `load` when there are no binaries for it */
export async function loadAddon(): Promise<NativeAddon> {
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
  return addon;
}

function binariesFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = PLATFORM_PACKAGES[platform];
  if (name === undefined) {
    throw new InferenceError("load", `There are no llama.cpp binaries for ${platform}: use an Ollama server instead.`);
  }
  try {
    const main = createRequire(import.meta.url).resolve(`@node-llama-cpp/${name}`);
    return join(dirname(main), "..", "bins", name);
  } catch (cause) {
    throw new InferenceError(
      "load",
      `The llama.cpp binaries for ${platform} are not installed: install again with optional dependencies, ` +
        `or add @node-llama-cpp/${name} (on Linux they need glibc).`,
      { cause },
    );
  }
}

function requireAddon(path: string): NativeAddon {
  try {
    return createRequire(import.meta.url)(path) as NativeAddon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InferenceError("load", `The llama.cpp binary ${path} can't be loaded: ${reason}`, { cause });
  }
}

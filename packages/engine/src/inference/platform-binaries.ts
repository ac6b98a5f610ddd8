import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { InferenceError } from "./inference-error.js";

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

/** Something else may compute here. */
export const WITHOUT_BINARIES: Record<string, unknown> = { isWithoutBinaries: true };

/** Where llama.cpp's binaries for this machine are. @throws InferenceError `load` when there are none */
export function binariesFolder(): string {
  const chosen = process.env[BINARIES_VARIABLE];
  return chosen ? folderOf(chosen, `${chosen} (from ${BINARIES_VARIABLE}) is not installed.`) : platformFolder();
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

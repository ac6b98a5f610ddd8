import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type GetModuleInfo, rollup } from "rollup";

/** In characters, and in files. */
const SMALL = 1000;
const MANY = 10;

/**
 * Makes the executable's files of what esbuild cut. esbuild makes a file for every set of commands that share a module;
 * Rollup knows what is loaded already when a command is, and makes a file for each command and few more. They are
 * CommonJS, because to start the loader of ES modules is a sixth of the start of Node 20.
 * @param external - what the files may ask for when they run
 */
export async function gatherChunks(from: string, to: string, external: string[]): Promise<void> {
  const entry = join(from, "codo.js");
  const bundle = await rollup({
    input: entry,
    external: [/^node:/, ...external],
    // The bodies come minified and shaken; only what is left over by the new order is dropped here.
    treeshake: { moduleSideEffects: true },
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  await bundle.write({
    dir: to,
    format: "cjs",
    compact: true,
    esModule: false,
    interop: "default",
    generatedCode: "es2015",
    // What is small and shared by most is one file: to find it costs more than what is in it.
    manualChunks: (id, { getModuleInfo }) => {
      const { code, importers } = getModuleInfo(id) ?? { code: null, importers: [] };
      if ((code?.length ?? 0) >= SMALL || importers.length < MANY) return undefined;
      const start = reachedFrom(entry, getModuleInfo);
      return [...reachedFrom(id, getModuleInfo)].some((reached) => start.has(reached)) ? undefined : "shared";
    },
    entryFileNames: "[name].cjs",
    chunkFileNames: ({ name }) => `${name.replace(/-[A-Z0-9]{8}$/, "")}-[hash:8].cjs`,
  });
  await bundle.close();
  await rm(from, { recursive: true });
}

/** The modules that are loaded with one, itself among them. */
function reachedFrom(id: string, getModuleInfo: GetModuleInfo, reached: Set<string> = new Set()): Set<string> {
  if (reached.has(id)) return reached;
  reached.add(id);
  for (const imported of getModuleInfo(id)?.importedIds ?? []) reachedFrom(imported, getModuleInfo, reached);
  return reached;
}

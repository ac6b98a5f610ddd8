import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/*
 * To compile the executable's files takes longer than to run most commands. What V8 made of them is kept in the user's
 * cache folder and taken from there the next time. Node does that itself from version 22 on; for Node 20 the same is
 * done here, by the one seam that CommonJS has for it.
 */

/** The parts of `node:module` that are used here; Node's types leave them out. */
interface ModuleInternals {
  enableCompileCache?: (folder: string) => unknown;
  prototype: CompilingModule & { _compile(source: string, file: string): unknown };
  wrap(source: string): string;
}

interface CompilingModule {
  exports: unknown;
  require(id: string): unknown;
}

const DYNAMIC_IMPORT = /(?<!\.|async )\bimport\(/;

/** The folder of the cache; none where the user has none. NODE_DISABLE_COMPILE_CACHE turns it off, as for Node itself. */
export function compileCacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const home = homedir();
  const own = {
    win32: env.LOCALAPPDATA || join(home, "AppData", "Local"),
    darwin: join(home, "Library", "Caches"),
  };
  const root = env.XDG_CACHE_HOME || own[platform as keyof typeof own] || join(home, ".cache");
  return join(root, "codo", "compiled", `${process.version}-${process.arch}`);
}

/** Takes the files beside the executable that are loaded from now on from a cache, and puts them there. */
export function keepCompiled(executable: string, folder: string): void {
  const modules = process.getBuiltinModule("node:module") as unknown as ModuleInternals;
  if (modules.enableCompileCache === undefined) compileThrough(modules, dirname(executable), folder);
  else modules.enableCompileCache(folder);
}

function compileThrough(modules: ModuleInternals, ownFolder: string, folder: string): void {
  const { Script } = process.getBuiltinModule("node:vm");
  const fresh: { kept: string; script: InstanceType<typeof Script> }[] = [];
  const compileAsNode = modules.prototype._compile;
  modules.prototype._compile = function compile(this: CompilingModule, source, file): unknown {
    // Only names of our own files tell their content; a function from the cache has lost what answers its `import()`.
    if (dirname(file) !== ownFolder || DYNAMIC_IMPORT.test(source)) return compileAsNode.call(this, source, file);
    const kept = join(folder, `${basename(file)}.bin`);
    const script = new Script(modules.wrap(source), {
      filename: file,
      cachedData: readKept(kept),
    });
    if (script.cachedDataRejected !== false) fresh.push({ kept, script });
    const run = script.runInThisContext() as (...names: unknown[]) => unknown;
    return run.call(this.exports, this.exports, (id: string) => this.require(id), this, file, dirname(file));
  };
  // By then it is known which functions a command needs.
  process.on("exit", () => {
    for (const { kept, script } of fresh) keep(kept, script.createCachedData());
  });
}

function readKept(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written is no reason to say anything. */
function keep(file: string, data: Buffer): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const whole = `${file}.${process.pid}`;
    writeFileSync(whole, data, { mode: 0o600 });
    renameSync(whole, file);
  } catch {}
}

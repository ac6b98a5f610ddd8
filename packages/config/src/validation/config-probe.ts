import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { sameModelName } from "@codo/ollama-contract";
import type { Environment } from "../locations/locations.js";
import type { ConfigSettings } from "../schema/config-schema.js";
import { runSettingsIn } from "./check-settings.js";
import type { ConfigProblem } from "./config-problem.js";

/** Facts that are not in the configuration. Each may be missing, fail, or not know: then nothing is said about it. */
export interface ConfigProbe {
  /** Names of the installed models. */
  listModels?: () => Promise<readonly string[]>;
  /** Whether that server gets models from a registry; what cannot be done is not advised. @defaultValue it does */
  canPull?: () => Promise<boolean>;
  /** The context window that a model was trained for, in tokens. */
  contextLength?: (model: string) => Promise<number | undefined>;
  /** Whether an executable can be found. @defaultValue looks at the path, or along `PATH` */
  hasExecutable?: (name: string) => Promise<boolean>;
}

/** Warnings about what works but may surprise, as far as the probe knows the facts. */
export async function probeWarnings(settings: ConfigSettings, probe: ConfigProbe): Promise<ConfigProblem[]> {
  const found = await Promise.all([
    modelWarnings(settings, probe),
    contextWarnings(settings, probe),
    binaryWarnings(settings, probe),
  ]);
  return found.flat();
}

/** Whether an executable is at a path, or found along `PATH` (with `PATHEXT` on Windows). */
export async function isExecutableFound(name: string, env: Environment): Promise<boolean> {
  const folders = /[\\/]/.test(name) ? [""] : (env.PATH ?? env.Path ?? "").split(delimiter);
  const endings = process.platform === "win32" ? ["", ...(env.PATHEXT ?? ".EXE;.CMD").split(";")] : [""];
  for (const folder of folders) {
    for (const ending of endings) {
      const candidate = folder === "" ? `${name}${ending}` : join(folder, `${name}${ending}`);
      const isFound = await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isFound) return true;
    }
  }
  return false;
}

async function modelWarnings(settings: ConfigSettings, probe: ConfigProbe): Promise<ConfigProblem[]> {
  const installed = await quietly(probe.listModels?.());
  if (installed === undefined) return [];
  const canPull = (await quietly(probe.canPull?.())) ?? true;
  const advice = (name: string): string =>
    canPull
      ? `Run \`codo models pull ${name}\`.`
      : `\`codo models create ${name} --gguf FILE\` makes it from a GGUF file.`;
  const named: [string, string][] = Object.keys(settings.models ?? {}).map((name) => [`models.${name}`, name]);
  if (settings.defaultModel !== undefined) named.unshift(["defaultModel", settings.defaultModel]);
  return named
    .filter(([, name]) => !installed.some((other) => sameModelName(other, name)))
    .map(([path, name]) => ({ path, message: `The model "${name}" is not installed. ${advice(name)}` }));
}

async function contextWarnings(settings: ConfigSettings, probe: ConfigProbe): Promise<ConfigProblem[]> {
  const wanted: [path: string, model: string, numCtx: unknown][] = [];
  for (const [path, run] of runSettingsIn(settings)) {
    const model = path[0] === "models" ? path[1] : settings.defaultModel;
    if (model !== undefined) wanted.push([`${path.join(".")}.numCtx`, model, run.numCtx]);
  }
  const warnings: ConfigProblem[] = [];
  for (const [path, model, numCtx] of wanted) {
    if (typeof numCtx !== "number") continue;
    const trained = await quietly(probe.contextLength?.(model));
    if (trained === undefined || numCtx <= trained) continue;
    const message = `${numCtx} tokens of context are more than the ${trained} that "${model}" was trained for; the server silently cuts it to ${trained}.`;
    warnings.push({ path, message });
  }
  return warnings;
}

async function binaryWarnings(settings: ConfigSettings, probe: ConfigProbe): Promise<ConfigProblem[]> {
  const { ollamaBinary, autoStartServer } = settings;
  if (ollamaBinary === undefined || autoStartServer === false) return [];
  if ((await quietly(probe.hasExecutable?.(ollamaBinary))) !== false) return [];
  const message = `"${ollamaBinary}" is not found, so no Ollama server can be started with it. Install Ollama or set ollamaBinary to its path.`;
  return [{ path: "ollamaBinary", message }];
}

// A probe that fails (no server) has nothing to say; it must not make a sound configuration look broken.
async function quietly<T>(fact: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await fact;
  } catch {
    return undefined;
  }
}

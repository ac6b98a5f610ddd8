import { dirname } from "node:path";
import { OLLAMA_CONFIG_DEFAULTS, OllamaError } from "@codo/ollama-contract";
import { withProjectPaths } from "../locations/home-path.js";
import type { Environment } from "../locations/locations.js";
import { formatSettingPath } from "../schema/setting-path.js";
import type { JsoncDocument } from "../storage/jsonc-document.js";
import { SettingsFile } from "../storage/settings-file.js";
import { isDeciding } from "../trust/deciding-settings.js";
import { checkSettings, withoutInvalid } from "../validation/check-settings.js";
import type { ConfigProblem } from "../validation/config-problem.js";
import type { ConfigLayer, LayerName } from "./config-layer.js";
import { environmentLayer } from "./environment-layer.js";

/** The files and variables that a configuration is made of. */
export interface LayerSources {
  userFile: string;
  projectFile?: string;
  env: Environment;
  /** Whether settings of the project that need consent count. @defaultValue what the user has consented to */
  trustProject?: boolean | undefined;
}

/** Settings of a project that do not count, because the user has not consented to them. */
export interface WithheldSettings {
  /** The project's file. */
  file: string;
  /** Its folder, to be trusted with `codo trust`. */
  folder: string;
  /** The settings by name. */
  keys: string[];
}

/** The base layers, low to high, with everything that was wrong or doubtful in them. */
export interface LoadedLayers {
  layers: ConfigLayer[];
  errors: ConfigProblem[];
  warnings: ConfigProblem[];
  /** What stands in the way of using a file: it cannot be read, is broken, or holds invalid values. */
  failure?: OllamaError;
  /** What a project asks for without the user's consent. */
  withheld?: WithheldSettings;
}

/** Never a project's business: a key goes where its owner says. */
const NOT_IN_PROJECTS: readonly string[] = ["apiKey"];

/** Reads all base layers. What is invalid is left out of them and reported; nothing is thrown for it. */
export async function loadLayers(sources: LayerSources): Promise<LoadedLayers> {
  const defaults: ConfigLayer = {
    name: "defaults",
    source: "defaults",
    settings: { ...OLLAMA_CONFIG_DEFAULTS, saveOutputs: true },
  };
  const loaded: LoadedLayers = { layers: [defaults], errors: [], warnings: [] };
  await addFile(loaded, "user", sources.userFile);
  if (sources.projectFile !== undefined) {
    await addFile(loaded, "project", sources.projectFile);
    await withholdUntrusted(loaded, sources);
  }
  const environment = environmentLayer(sources.env);
  loaded.layers.push(environment);
  for (const { severity, ...note } of environment.notes ?? []) {
    (severity === "error" ? loaded.errors : loaded.warnings).push(note);
  }
  const failure = loaded.failure ?? invalidEnvironment(environment);
  return failure === undefined ? loaded : { ...loaded, failure };
}

async function addFile(loaded: LoadedLayers, name: LayerName, file: string): Promise<void> {
  let document: JsoncDocument | undefined;
  try {
    document = await new SettingsFile(file).read();
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    const { line, column, key } = error.details as { line?: number; column?: number; key?: string };
    const place = line === undefined || column === undefined ? {} : { line, column };
    loaded.errors.push({ path: key ?? "", message: error.message, file, ...place });
    loaded.failure ??= error;
  }
  if (document === undefined) return;
  loaded.layers.push(checkedLayer(loaded, name, file, document));
}

function checkedLayer(loaded: LoadedLayers, name: LayerName, file: string, document: JsoncDocument): ConfigLayer {
  const problems = checkSettings(document.settings);
  const invalid: ConfigProblem[] = [];
  for (const { severity, path, ...rest } of problems) {
    const problem = { ...rest, path: formatSettingPath(path), file, ...document.positionOf(path) };
    (severity === "error" ? loaded.errors : loaded.warnings).push(problem);
    if (severity === "error" && rest.suggestion === undefined) invalid.push(problem);
  }
  if (invalid.length > 0) loaded.failure ??= invalidFile(file, invalid);
  const settings = withoutInvalid(document.settings, problems);
  if (name === "project") {
    for (const key of NOT_IN_PROJECTS.filter((forbidden) => forbidden in settings)) {
      delete settings[key];
      const message = `"${key}" does not count in a project's file, which may come from somebody else. Set it in the user's file.`;
      loaded.warnings.push({ path: key, message, file, ...document.positionOf([key]) });
    }
    return { name, source: file, settings: withProjectPaths(settings, dirname(file)), document };
  }
  return { name, source: file, settings, document };
}

/** Takes what needs the user's consent and does not have it out of the project's layer. */
async function withholdUntrusted(loaded: LoadedLayers, { env, trustProject }: LayerSources): Promise<void> {
  const layer = loaded.layers.find(({ name }) => name === "project");
  if (layer?.document === undefined || trustProject === true) return;
  const keys = Object.entries(layer.settings)
    .filter(([key, value]) => isDeciding(key, value))
    .map(([key]) => key);
  if (keys.length === 0) return;
  // Few projects have such settings: what reads consents is loaded with the first of them.
  const { projectConsent } = await import("../trust/project-consent.js");
  const { ProjectTrust } = await import("../trust/project-trust.js");
  const consent = await projectConsent(layer.source, layer.document.settings);
  if (trustProject === undefined && (await new ProjectTrust(env).isTrusted(consent))) return;
  for (const key of keys) {
    delete layer.settings[key];
    const message = `"${key}" of a project needs your consent and does not count: \`codo trust\` shows and gives it.`;
    loaded.warnings.push({ path: key, message, file: layer.source, ...layer.document.positionOf([key]) });
  }
  loaded.withheld = { file: layer.source, folder: consent.folder, keys };
}

function invalidFile(file: string, problems: readonly ConfigProblem[]): OllamaError {
  const lines = problems.map(({ path, message, line, column }) => `${file}:${line}:${column} ${path}: ${message}`);
  return new OllamaError("INVALID_CONFIG", `${lines.join("\n")}\nFix it with \`codo config set\` or an editor.`, {
    details: { file, problems },
  });
}

function invalidEnvironment(layer: ConfigLayer): OllamaError | undefined {
  const problems = (layer.notes ?? []).filter(({ severity }) => severity === "error");
  if (problems.length === 0) return undefined;
  const lines = problems.map(({ path, message }) => `${path}: ${message}`);
  return new OllamaError("INVALID_CONFIG", lines.join("\n"), { details: { problems } });
}

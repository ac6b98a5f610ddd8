import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { OLLAMA_CONFIG_DEFAULTS, type OllamaConfig } from "@codo/ollama-contract";
import type { ConfigLayer } from "../layers/config-layer.js";
import { type LoadedLayers, loadLayers, type WithheldSettings } from "../layers/load-layers.js";
import { mergeSettings } from "../layers/merge-settings.js";
import { expandHome, withHomePaths } from "../locations/home-path.js";
import { type Environment, findProjectFile, PROJECT_FILE_NAMES, userConfigFile } from "../locations/locations.js";
import type { ConfigSettings } from "../schema/config-schema.js";
import { type SettingPath, valueAt } from "../schema/setting-path.js";
import { type PlanChanges, SettingsFile } from "../storage/settings-file.js";
import { planSave } from "./plan-changes.js";

/** Which file a change goes to. */
export interface ChangeTarget {
  /** @defaultValue `"user"` */
  target?: "user" | "project";
}

/** All settings with every layer applied: the specification's fields always there, the others where set. */
export type ResolvedConfig = OllamaConfig & ConfigSettings;

/** Where a configuration lives. */
export interface ConfigPlace {
  configFile?: string | null;
  env: Environment;
  cwd: string;
  useProjectFile?: boolean | undefined;
  trustProject?: boolean | undefined;
}

/** The base layers of a configuration as they were last read, and the way to change the files below them. */
export class ConfigState {
  readonly userFile: string;
  readonly env: Environment;
  readonly cwd: string;
  readonly #usesProject: boolean;
  readonly #trustProject: boolean | undefined;
  #loaded: LoadedLayers | undefined;
  projectFile: string | undefined;
  /** Every setting; the caller may change it. */
  config: ResolvedConfig = { ...OLLAMA_CONFIG_DEFAULTS };
  /** The same as it was read. */
  asLoaded: ResolvedConfig = { ...OLLAMA_CONFIG_DEFAULTS };

  constructor({ configFile, env, cwd, useProjectFile, trustProject }: ConfigPlace) {
    const named = configFile || env.CODO_CONFIG;
    this.userFile = named ? resolve(cwd, expandHome(named, env)) : userConfigFile(env);
    this.env = env;
    this.cwd = cwd;
    this.#usesProject = useProjectFile ?? !named;
    this.#trustProject = trustProject ?? readFlag(env.CODO_TRUST_PROJECT);
  }

  get isLoaded(): boolean {
    return this.#loaded !== undefined;
  }

  /** What the project asks for without the user's consent. */
  get withheld(): WithheldSettings | undefined {
    return this.#loaded?.withheld;
  }

  /** The base layers, low to high. */
  get layers(): readonly ConfigLayer[] {
    return this.#loaded?.layers ?? [];
  }

  /** What the files set, without defaults and environment. */
  get fileSettings(): ConfigSettings {
    return merged(this.layers.filter(({ document }) => document !== undefined));
  }

  /** What all layers above the defaults set. */
  get setSettings(): ConfigSettings {
    return merged(this.layers.filter(({ name }) => name !== "defaults"));
  }

  /** Reads all layers again. What was changed on `config` and not saved is dropped. */
  async reload(): Promise<LoadedLayers> {
    return this.#take(await this.#read());
  }

  /** Reads all layers again and keeps what was changed on `config`, except where a layer has another value by now. */
  async refresh(): Promise<LoadedLayers> {
    const read = await this.#read();
    const { isLoaded, asLoaded: before } = this;
    const edits = planSave(before, this.config);
    this.#take(read);
    for (const { path, value } of edits) {
      const isUntouched = isDeepStrictEqual(valueAt(before, path), valueAt(this.asLoaded, path));
      if (isUntouched || !isLoaded) this.config = withValue(this.config, path, value);
    }
    return read;
  }

  /** Changes a file in one step and refreshes. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
  async change(plan: PlanChanges, target: ChangeTarget): Promise<void> {
    await (await this.file(target)).change(plan);
    await this.refresh();
  }

  /** The file of a target. */
  async file({ target = "user" }: ChangeTarget): Promise<SettingsFile> {
    if (target === "user") return new SettingsFile(this.userFile);
    this.#locateProject();
    return new SettingsFile(this.projectFile ?? join(this.cwd, PROJECT_FILE_NAMES[0]));
  }

  async #read(): Promise<LoadedLayers> {
    this.#locateProject();
    const project = this.projectFile === undefined ? {} : { projectFile: this.projectFile };
    return await loadLayers({ userFile: this.userFile, ...project, env: this.env, trustProject: this.#trustProject });
  }

  #take(read: LoadedLayers): LoadedLayers {
    this.#loaded = read;
    this.config = withHomePaths(merged(this.layers) as ResolvedConfig, this.env);
    this.asLoaded = structuredClone(this.config);
    return read;
  }

  #locateProject(): void {
    this.projectFile = this.#usesProject ? findProjectFile(this.cwd) : undefined;
  }
}

/** What a variable says that is yes or no; anything else says nothing. */
function readFlag(text: string | undefined): boolean | undefined {
  if (text === "1" || text === "true") return true;
  return text === "0" || text === "false" ? false : undefined;
}

function merged(layers: readonly ConfigLayer[]): ConfigSettings {
  return structuredClone(layers.reduce<ConfigSettings>((all, { settings }) => mergeSettings(all, settings), {}));
}

function withValue(config: ResolvedConfig, path: SettingPath, value: unknown): ResolvedConfig {
  if (value !== undefined) {
    const alone = path.reduceRight<unknown>((inner, segment) => ({ [segment]: inner }), value);
    return mergeSettings(config, alone as ConfigSettings) as ResolvedConfig;
  }
  const parent = path.length === 1 ? config : valueAt(config, path.slice(0, -1));
  if (typeof parent === "object" && parent !== null) Reflect.deleteProperty(parent, path.at(-1) ?? "");
  return config;
}

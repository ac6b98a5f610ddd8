import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  OLLAMA_CONFIG_DEFAULTS,
  type OllamaConfig,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-core";
import { type Explanation, explainSetting } from "../layers/explanation.js";
import { type LoadedLayers, loadLayers } from "../layers/load-layers.js";
import { type Environment, findProjectFile, PROJECT_FILE_NAMES, userConfigFile } from "../layers/locations.js";
import { mergeSettings, withoutNulls } from "../layers/merge-settings.js";
import { type ResolvedRun, resolveRun, runLayers } from "../layers/run-layers.js";
import { type ServerAddress, serverAddress } from "../layers/server-address.js";
import { readPortable, toExport } from "../portable/export-format.js";
import type { IgnoredSetting } from "../portable/python-format.js";
import { type ConfigChange, diffSettings, removedPaths } from "../portable/settings-diff.js";
import { allPresets } from "../presets/find-preset.js";
import type { ConfigSettings, RunSettings } from "../schema/config-schema.js";
import { nameLike, parseSettingPath, type SettingPath, valueAt } from "../schema/setting-path.js";
import { assertSettingValue } from "../schema/setting-value.js";
import type { DocumentChange } from "../storage/jsonc-document.js";
import { type PlanChanges, SettingsFile } from "../storage/settings-file.js";
import { writeExport } from "../storage/write-export.js";
import { type ConfigProbe, isExecutableFound, probeWarnings } from "../validation/config-probe.js";
import type { ConfigValidation } from "../validation/config-problem.js";
import { assertNoProblems } from "./assert-no-problems.js";

/** What a {@link ConfigManager} may be told beside its file. */
export interface ConfigManagerOptions {
  /** @defaultValue `process.env` */
  env?: Environment;
  /** Where the search for a project file begins. @defaultValue the working folder */
  cwd?: string;
  /** `false` leaves project files out. @defaultValue `true`, `false` when a configuration file is named */
  useProjectFile?: boolean;
  /** Facts for warnings, such as which models are installed. */
  probe?: ConfigProbe;
  /** The time. @defaultValue the system's */
  clock?: { now: () => number };
}

/** Which file a change goes to. */
export interface ChangeTarget {
  /** @defaultValue `"user"` */
  target?: "user" | "project";
}

/** All settings with every layer applied: the specification's fields always there, the others where set. */
export type ResolvedConfig = OllamaConfig & ConfigSettings;

/** What an import would do. */
export interface ImportPreview {
  changes: ConfigChange[];
  ignored: IgnoredSetting[];
}

/**
 * Settings in layers (defaults, user file, project file, environment, per model, preset, call) that explain
 * themselves. The methods of the specification resolve `false` where something expected fails and keep the reason in
 * {@link ConfigManager.lastError}; their richer siblings (`load`, `set`, `unset`, `import`, `reset`) throw it.
 */
export class ConfigManager {
  /** The user's file, or the one that was named. */
  readonly configFile: string;
  /** Why the last method that resolved `false` did so. */
  lastError: OllamaError | undefined;

  readonly #options: ConfigManagerOptions;
  readonly #env: Environment;
  #loaded: LoadedLayers | undefined;
  #projectFile: string | undefined;
  #config: ResolvedConfig = { ...OLLAMA_CONFIG_DEFAULTS };
  #asLoaded: ResolvedConfig = { ...OLLAMA_CONFIG_DEFAULTS };

  /** `configFile` (or the variable `CODO_CONFIG`) takes the place of the user's and the project's file. */
  constructor(configFile?: string | null, options: ConfigManagerOptions = {}) {
    this.#options = options;
    this.#env = options.env ?? process.env;
    const named = configFile || this.#env.CODO_CONFIG;
    this.configFile = named ? resolve(this.#cwd, named) : userConfigFile(this.#env);
    if (named && options.useProjectFile === undefined) this.#options = { ...options, useProjectFile: false };
  }

  /** Every setting as the layers settled it. Changes to it are written by {@link ConfigManager.saveConfig}. */
  get config(): ResolvedConfig {
    return this.#config;
  }

  /** The project's file, once loaded, where there is one. */
  get projectFile(): string | undefined {
    return this.#projectFile;
  }

  /** Reads all layers. `false` when a file is broken or holds invalid values; the valid rest is then in force. */
  async loadConfig(): Promise<boolean> {
    return await this.#attempt(() => this.load());
  }

  /** As {@link ConfigManager.loadConfig}. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
  async load(): Promise<ResolvedConfig> {
    await this.#reload();
    if (this.#loaded?.failure !== undefined) throw this.#loaded.failure;
    return this.#config;
  }

  /** Writes what was changed on {@link ConfigManager.config}; makes the file when there is none. */
  async saveConfig(): Promise<boolean> {
    return await this.#attempt(async () => {
      const wanted = this.#config;
      const before = this.#loaded === undefined ? undefined : this.#asLoaded;
      if (before === undefined) await this.load();
      const known = before ?? this.#asLoaded;
      assertNoProblems(wanted);
      const removals = removedPaths(known, wanted).map((path) => ({ path, value: undefined }));
      const changes = diffSettings(known, wanted).map(({ path, after }) => ({ path, value: after }));
      await this.#change(() => [...removals, ...changes], {});
    });
  }

  /** The specification's defaults. Nothing is written. */
  async createDefaultConfig(): Promise<OllamaConfig> {
    return { ...OLLAMA_CONFIG_DEFAULTS };
  }

  /** Sets several settings at once, all or none. `null` takes a setting out of the file. */
  async updateConfig(values: ConfigSettings | Record<string, unknown>, target: ChangeTarget = {}): Promise<boolean> {
    return await this.#attempt(async () => {
      const settings = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
      assertNoProblems(Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)), true);
      await this.#change(
        ({ settings: current }) => changesOf(diffSettings(current, settings as ConfigSettings)).map(nullTakesOut),
        target,
      );
    });
  }

  /** Sets one setting by its key, such as `models.llama3.2.numCtx`. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
  async set(key: string, value: unknown, target: ChangeTarget = {}): Promise<void> {
    const path = parseSettingPath(key);
    assertSettingValue(path, value);
    if (path.length < 3 && typeof value === "object") assertNoProblems(nested(path, value), true);
    await this.#change(({ settings }) => [{ path: spelled(settings, path), value }], target);
  }

  /** Takes one setting out of the file. `false` when it was not there. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
  async unset(key: string, target: ChangeTarget = {}): Promise<boolean> {
    const path = parseSettingPath(key);
    let wasThere = false;
    await this.#change(({ settings }) => {
      const spellings = [path, wireSpelling(path)].map((spelling) => spelled(settings, spelling));
      const present = spellings.filter((spelling) => valueAt(settings, spelling) !== undefined);
      wasThere = present.length > 0;
      return present.map((present) => ({ path: present, value: undefined }));
    }, target);
    return wasThere;
  }

  /** A model's own settings, found as Ollama compares names; `undefined` when it has none. */
  async getModelConfig(modelName: string): Promise<RunSettings | undefined> {
    const settings = await this.#settings();
    const found = valueAt(settings, ["models", modelName]) as RunSettings | undefined;
    return found === undefined ? undefined : structuredClone(withoutNulls(found));
  }

  /** Replaces a model's own settings. */
  async saveModelConfig(modelName: string, config: RunSettings, target: ChangeTarget = {}): Promise<boolean> {
    return await this.#attempt(async () => {
      assertNoProblems({ models: { [modelName]: config } });
      await this.#change(
        ({ settings }) => [{ path: ["models", nameLike(settings.models ?? {}, modelName)], value: config }],
        target,
      );
    });
  }

  /** The five presets of the specification, and the user's own. They hold only what they set. */
  async getExecutionPresets(): Promise<Record<string, RunSettings>> {
    return allPresets(await this.#settings());
  }

  /** Writes what the files set as one portable file. Secrets stay out unless asked for. */
  async exportConfig(exportPath: string, options: { includeSecrets?: boolean } = {}): Promise<boolean> {
    return await this.#attempt(async () => {
      if (this.#loaded === undefined) await this.load();
      const now = new Date(this.#options.clock?.now() ?? Date.now());
      const includeSecrets = options.includeSecrets ?? false;
      await writeExport(resolve(this.#cwd, exportPath), toExport(this.#fileSettings(), { includeSecrets, now }));
    });
  }

  /** Takes over a portable file, a configuration file or an export of the Python module; all of it or nothing. */
  async importConfig(importPath: string, options: ChangeTarget & { dryRun?: boolean } = {}): Promise<boolean> {
    return await this.#attempt(() => this.import(importPath, options));
  }

  /**
   * As {@link ConfigManager.importConfig}, and says what changed, or would change with `dryRun`.
   * @throws OllamaError `INVALID_CONFIG` with all problems in `details.problems`, `STORAGE_FAILED`
   */
  async import(importPath: string, options: ChangeTarget & { dryRun?: boolean } = {}): Promise<ImportPreview> {
    const file = resolve(this.#cwd, importPath);
    const { settings: incoming, ignored } = readPortable(await readText(file), file);
    assertNoProblems(incoming);
    let changes: ConfigChange[] = [];
    if (options.dryRun) {
      const current = (await this.#file(options).read())?.settings ?? {};
      changes = diffSettings(current, incoming);
    } else {
      await this.#change(({ settings }) => {
        changes = diffSettings(settings, incoming);
        return changesOf(changes);
      }, options);
    }
    return { changes, ignored };
  }

  /** Empties the user's file, with a copy kept beside it. Also mends a broken file. */
  async resetToDefaults(target: ChangeTarget = {}): Promise<boolean> {
    return await this.#attempt(() => this.reset(target));
  }

  /** As {@link ConfigManager.resetToDefaults}, and says where the copy is. @throws OllamaError `STORAGE_FAILED` */
  async reset(target: ChangeTarget = {}): Promise<{ backupFile?: string }> {
    await this.#locateProject();
    const backupFile = await this.#file(target).reset(new Date(this.#options.clock?.now() ?? Date.now()));
    await this.#reload();
    return backupFile === undefined ? {} : { backupFile };
  }

  /** Reads all layers anew and tells everything that is wrong or may surprise, at once. */
  async validateConfig(probe: ConfigProbe = this.#options.probe ?? {}): Promise<ConfigValidation> {
    await this.#reload();
    const { errors = [], warnings = [], layers = [] } = this.#loaded ?? {};
    const set = layers.slice(1).reduce<ConfigSettings>((merged, { settings }) => mergeSettings(merged, settings), {});
    const { ollamaBinary, autoStartServer } = this.#config;
    const facts = { hasExecutable: (name: string) => isExecutableFound(name, this.#env), ...probe };
    const probed = await probeWarnings({ ...set, ollamaBinary, autoStartServer }, facts);
    return { valid: errors.length === 0, errors: [...errors], warnings: [...warnings, ...probed] };
  }

  /**
   * Which layer set a value and what it hid, for one key (`temperature`, `models.llama3.2.numCtx`), or for a run with a
   * model, a preset and a call's own options.
   * @throws OllamaError `INVALID_CONFIG` when there is no such key
   */
  async explain(
    key: string,
    run: { model?: string; preset?: string; overrides?: RunSettings } = {},
  ): Promise<Explanation> {
    const path = parseSettingPath(key);
    const settings = await this.#settings();
    return explainSetting(path, [...(this.#loaded?.layers ?? []), ...runLayers(settings, run)]);
  }

  /** Explains several keys; without keys, everything that some layer set or the specification gives a default. */
  async explainAll(run: { model?: string; preset?: string } = {}): Promise<Explanation[]> {
    const settings = await this.#settings();
    const layers = [...(this.#loaded?.layers ?? []), ...runLayers(settings, run)];
    const merged = layers.reduce<ConfigSettings>((lower, layer) => mergeSettings(lower, layer.settings), {});
    return diffSettings({}, merged).map(({ path }) => explainSetting(path, layers));
  }

  /** The options to run a model with: only what some layer above the defaults set. */
  async resolveExecutionOptions(
    model: string,
    preset?: string | null,
    overrides: PartialExecutionOptions = {},
  ): Promise<PartialExecutionOptions> {
    return (await this.resolveRun(model, preset, overrides as RunSettings)).options;
  }

  /** As {@link ConfigManager.resolveExecutionOptions}, with system prompt, keep-alive, thinking and time limit. */
  async resolveRun(model: string, preset?: string | null, overrides: RunSettings = {}): Promise<ResolvedRun> {
    const settings = await this.#settings();
    return resolveRun(settings, { model, overrides, ...(preset ? { preset } : {}) });
  }

  /** Where the server is, and whether somebody said so. */
  async serverAddress(): Promise<ServerAddress> {
    await this.#settings();
    return serverAddress(this.#loaded?.layers ?? []);
  }

  get #cwd(): string {
    return this.#options.cwd ?? process.cwd();
  }

  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.lastError = undefined;
      return true;
    } catch (error) {
      if (!OllamaError.is(error)) throw error;
      this.lastError = error;
      return false;
    }
  }

  async #settings(): Promise<ResolvedConfig> {
    if (this.#loaded === undefined) await this.load();
    return this.#config;
  }

  async #locateProject(): Promise<void> {
    this.#projectFile = this.#options.useProjectFile === false ? undefined : await findProjectFile(this.#cwd);
  }

  async #reload(): Promise<void> {
    await this.#locateProject();
    const project = this.#projectFile === undefined ? {} : { projectFile: this.#projectFile };
    this.#loaded = await loadLayers({ userFile: this.configFile, ...project, env: this.#env });
    const merged = this.#loaded.layers.reduce<ConfigSettings>((all, { settings }) => mergeSettings(all, settings), {});
    this.#config = structuredClone(merged) as ResolvedConfig;
    this.#asLoaded = structuredClone(merged) as ResolvedConfig;
  }

  #file({ target = "user" }: ChangeTarget): SettingsFile {
    if (target === "user") return new SettingsFile(this.configFile);
    return new SettingsFile(this.#projectFile ?? join(this.#cwd, PROJECT_FILE_NAMES[0]));
  }

  async #change(plan: PlanChanges, target: ChangeTarget): Promise<void> {
    await this.#locateProject();
    await this.#file(target).change(plan);
    await this.#reload();
  }

  #fileSettings(): ConfigSettings {
    const files = (this.#loaded?.layers ?? []).filter(({ document }) => document !== undefined);
    return files.reduce<ConfigSettings>((all, { settings }) => mergeSettings(all, settings), {});
  }
}

function changesOf(changes: readonly ConfigChange[]): DocumentChange[] {
  return changes.map(({ path, after }) => ({ path, value: after }));
}

// In a group `null` is a value (it takes a lower layer's off); of a whole setting it means "not here".
function nullTakesOut(change: DocumentChange): DocumentChange {
  return change.value === null && change.path.length < 2 ? { ...change, value: undefined } : change;
}

function spelled(settings: ConfigSettings, path: SettingPath): SettingPath {
  const [group, name, ...rest] = path;
  return group === "models" && name !== undefined ? [group, nameLike(settings.models ?? {}, name), ...rest] : path;
}

function wireSpelling(path: SettingPath): SettingPath {
  const last = path.at(-1) ?? "";
  return [...path.slice(0, -1), last.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function nested(path: SettingPath, value: unknown): ConfigSettings {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as ConfigSettings;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const message = `Could not read ${file} (${(cause as NodeJS.ErrnoException).code}). Check the path.`;
    throw new OllamaError("STORAGE_FAILED", message, { cause, details: { file } });
  }
}

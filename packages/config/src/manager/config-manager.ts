import {
  OLLAMA_CONFIG_DEFAULTS,
  type OllamaConfig,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { type Explanation, explainSetting } from "../layers/explanation.js";
import { listPresets, type PresetEntry } from "../layers/list-presets.js";
import type { LoadedLayers, WithheldSettings } from "../layers/load-layers.js";
import { mergeSettings, withoutNulls } from "../layers/merge-settings.js";
import { type ResolvedRun, type RunRequest, resolveRun, runLayers } from "../layers/run-layers.js";
import { type ServerAddress, serverAddress } from "../layers/server-address.js";
import type { Environment } from "../locations/locations.js";
import { diffSettings } from "../portable/settings-diff.js";
import { allPresets } from "../presets/find-preset.js";
import { assertPresetName } from "../presets/preset-name.js";
import type { ConfigSettings, RunSettings } from "../schema/config-schema.js";
import { parseSettingPath, type SettingPath, valueAt } from "../schema/setting-path.js";
import { assertSettingValue } from "../schema/setting-value.js";
import type { ConfigProbe } from "../validation/config-probe.js";
import type { ConfigValidation } from "../validation/config-problem.js";
import { assertNoProblems, problemsIn } from "./assert-no-problems.js";
import { type ChangeTarget, ConfigState, type ResolvedConfig } from "./config-state.js";
import { planReplace, planSave, planSet, planUnset, planUpdate } from "./plan-changes.js";
import { exportSettings, type ImportPreview, importSettings } from "./transfer-settings.js";

/** What a {@link ConfigManager} takes beside its file. */
export interface ConfigManagerOptions {
  /** @defaultValue `process.env` */
  env?: Environment;
  /** Where the search for a project file begins. @defaultValue the working folder */
  cwd?: string;
  /** `false` leaves project files out. @defaultValue `true`, `false` when a configuration file is named */
  useProjectFile?: boolean;
  /**
   * Whether settings of a project's file that decide where data goes, what is run or what is kept (`serverHost`,
   * `serverPort`, `outputDirectory`, `ollamaBinary`, …) count. `false` leaves them out.
   * @defaultValue `CODO_TRUST_PROJECT` (1 or 0), else what the user has consented to with `codo trust`
   */
  trustProject?: boolean;
  /** Facts for warnings, such as which models are installed. */
  probe?: ConfigProbe;
  /** The time. @defaultValue the system's */
  clock?: { now: () => number };
}

/**
 * Settings in layers (defaults, user file, project file, environment, per model, preset, call) that explain
 * themselves. The methods of the specification resolve `false` where something expected fails and keep the reason in
 * {@link ConfigManager.lastError}; their richer siblings (`load`, `set`, `unset`, `import`, `reset`) throw it.
 */
export class ConfigManager {
  /** Why the last method that resolved `false` did so. */
  lastError: OllamaError | undefined;

  readonly #options: ConfigManagerOptions;
  readonly #state: ConfigState;

  /** `configFile` (or the variable `CODO_CONFIG`) takes the place of the user's and the project's file. */
  constructor(configFile?: string | null, options: ConfigManagerOptions = {}) {
    this.#options = options;
    const { env = process.env, cwd = process.cwd(), useProjectFile, trustProject } = options;
    this.#state = new ConfigState({ configFile: configFile ?? null, env, cwd, useProjectFile, trustProject });
  }

  /** The user's file, or the one that was named. */
  get configFile(): string {
    return this.#state.userFile;
  }

  /** The project's file, once loaded, where there is one. */
  get projectFile(): string | undefined {
    return this.#state.projectFile;
  }

  /** Once loaded, what the project's file asks for and the user has not consented to: it does not count. */
  get withheld(): WithheldSettings | undefined {
    return this.#state.withheld;
  }

  /** Every setting as the layers settled it. Changes to it are written by {@link ConfigManager.saveConfig}. */
  get config(): ResolvedConfig {
    return this.#state.config;
  }

  /**
   * Reads all layers, and drops what was changed on {@link ConfigManager.config} and not saved. `false` when a file is
   * broken or holds invalid values; the valid rest is then in force.
   */
  async loadConfig(): Promise<boolean> {
    return await this.#attempt(() => this.load());
  }

  /** As {@link ConfigManager.loadConfig}. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
  async load(): Promise<ResolvedConfig> {
    return this.#sound(await this.#state.reload());
  }

  /** Writes what was changed on {@link ConfigManager.config}; makes the file when there is none. */
  async saveConfig(): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#settings();
      const { asLoaded, config: wanted } = this.#state;
      assertNoProblems(wanted);
      await this.#state.change(() => planSave(asLoaded, wanted), {});
      await this.#state.reload();
    });
  }

  /** The specification's defaults. Nothing is written. */
  async createDefaultConfig(): Promise<OllamaConfig> {
    return { ...OLLAMA_CONFIG_DEFAULTS };
  }

  /** Sets several settings at once, all or none. `null` takes a setting out of the file. */
  async updateConfig(values: ConfigSettings | Record<string, unknown>, target: ChangeTarget = {}): Promise<boolean> {
    return await this.#attempt(async () => {
      const said = Object.entries(values).filter(([, value]) => value !== undefined);
      assertNoProblems(Object.fromEntries(said.filter(([, value]) => value !== null)), true);
      await this.#state.change((settings) => planUpdate(settings, Object.fromEntries(said)), target);
    });
  }

  /** Sets one setting by its key, such as `models.llama3.2.numCtx`. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
  async set(key: string, value: unknown, target: ChangeTarget = {}): Promise<void> {
    const path = parseSettingPath(key);
    assertSettingValue(path, value);
    const alone = path.reduceRight<unknown>((inner, segment) => ({ [segment]: inner }), value);
    assertNoProblems(alone as ConfigSettings);
    await this.#state.change((settings) => planSet(settings, path, value), target);
  }

  /** Takes one setting out of the file. `false` when it was not there. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
  async unset(key: string, target: ChangeTarget = {}): Promise<boolean> {
    return await this.#remove(parseSettingPath(key), target);
  }

  /** A model's own settings, found as Ollama compares names; `null` when it has none. */
  async getModelConfig(modelName: string): Promise<RunSettings | null> {
    const found = valueAt(await this.#settings(), ["models", modelName]) as RunSettings | undefined;
    return found === undefined ? null : structuredClone(withoutNulls(found));
  }

  /** Replaces a model's own settings. */
  async saveModelConfig(modelName: string, config: RunSettings, target: ChangeTarget = {}): Promise<boolean> {
    return await this.#attempt(async () => {
      assertNoProblems({ models: { [modelName]: config } });
      await this.#state.change((settings) => planReplace(settings, ["models", modelName], config), target);
    });
  }

  /** The five presets of the specification, and the user's own. They hold only what they set. */
  async getExecutionPresets(): Promise<Record<string, RunSettings>> {
    return allPresets(await this.#settings());
  }

  /** Every preset with what it sets, and whose it is. */
  async listPresets(): Promise<PresetEntry[]> {
    await this.#settings();
    return listPresets(this.#state.layers);
  }

  /**
   * Makes a preset, or replaces what the file sets in it; a built-in one is replaced by one of the same name.
   * @throws OllamaError `INVALID_CONFIG` with all problems in `details.problems`, `STORAGE_FAILED`
   */
  async savePreset(name: string, settings: RunSettings, target: ChangeTarget = {}): Promise<void> {
    const present = (await this.#settings()).presets ?? {};
    if (!Object.hasOwn(present, name)) assertPresetName(name);
    assertNoProblems({ presets: { [name]: settings } });
    await this.#state.change((current) => planReplace(current, ["presets", name], settings), target);
  }

  /** Takes a preset out of the file. `false` when it was not there. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
  async removePreset(name: string, target: ChangeTarget = {}): Promise<boolean> {
    return await this.#remove(["presets", name], target);
  }

  /** Writes what the files set as one portable file. Secrets stay out unless asked for. */
  async exportConfig(exportPath: string, options: { includeSecrets?: boolean } = {}): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#settings();
      await exportSettings(this.#state, exportPath, { ...options, now: this.#now() });
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
    return await importSettings(this.#state, importPath, options);
  }

  /** Empties the user's file, with a copy kept beside it. Also mends a broken file. */
  async resetToDefaults(target: ChangeTarget = {}): Promise<boolean> {
    return await this.#attempt(() => this.reset(target));
  }

  /** As {@link ConfigManager.resetToDefaults}, and says where the copy is. @throws OllamaError `STORAGE_FAILED` */
  async reset(target: ChangeTarget = {}): Promise<{ backupFile?: string }> {
    const backupFile = await (await this.#state.file(target)).reset(this.#now());
    await this.#state.reload();
    return backupFile === undefined ? {} : { backupFile };
  }

  /** Reads all layers again and reports all errors and warnings; also in what is not saved yet. */
  async validateConfig(probe: ConfigProbe = this.#options.probe ?? {}): Promise<ConfigValidation> {
    const [{ errors, warnings }, { isExecutableFound, probeWarnings }] = await Promise.all([
      this.#state.refresh(),
      import("../validation/config-probe.js"),
    ]);
    // What is invalid in a layer was left out of the settings: what is invalid in them was changed here.
    const unsaved = problemsIn(this.config);
    const { ollamaBinary, autoStartServer } = this.config;
    const facts = { hasExecutable: (name: string) => isExecutableFound(name, this.#state.env), ...probe };
    const probed = await probeWarnings({ ...this.#state.setSettings, ollamaBinary, autoStartServer }, facts);
    const all = [...errors, ...unsaved];
    return { valid: all.length === 0, errors: all, warnings: [...warnings, ...probed] };
  }

  /**
   * Which layer set a value and what it hid, for one key (`temperature`, `models.llama3.2.numCtx`), or for a run with a
   * model, a preset and a call's own options.
   * @throws OllamaError `INVALID_CONFIG` when there is no such key
   */
  async explain(key: string, run: RunRequest = {}): Promise<Explanation> {
    const path = parseSettingPath(key);
    const settings = await this.#settings();
    return explainSetting(path, [...this.#state.layers, ...runLayers(settings, run)]);
  }

  /** Explains every setting that has a value. */
  async explainAll(run: RunRequest = {}): Promise<Explanation[]> {
    const settings = await this.#settings();
    const layers = [...this.#state.layers, ...runLayers(settings, run)];
    const all = layers.reduce<ConfigSettings>((lower, layer) => mergeSettings(lower, layer.settings), {});
    return diffSettings({}, all).map(({ path }) => explainSetting(path, layers));
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
    return resolveRun(await this.#settings(), { model, overrides, ...(preset ? { preset } : {}) });
  }

  /** Where the server is, and whether somebody said so. */
  async serverAddress(): Promise<ServerAddress> {
    await this.#settings();
    return serverAddress(this.#state.layers);
  }

  async #remove(path: SettingPath, target: ChangeTarget): Promise<boolean> {
    let isThere = false;
    await this.#state.change((settings) => {
      const changes = planUnset(settings, path);
      isThere = changes.length > 0;
      return changes;
    }, target);
    return isThere;
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
    return this.#state.isLoaded ? this.config : this.#sound(await this.#state.refresh());
  }

  #sound({ failure }: LoadedLayers): ResolvedConfig {
    if (failure !== undefined) throw failure;
    return this.config;
  }

  #now(): Date {
    return new Date(this.#options.clock?.now() ?? Date.now());
  }
}

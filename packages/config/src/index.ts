export { LAYER_NAMES, type LayerName } from "./layers/config-layer.js";
export { ENVIRONMENT_VARIABLES } from "./layers/environment-layer.js";
export type { Explanation, LayerValue } from "./layers/explanation.js";
export type { PresetEntry } from "./layers/list-presets.js";
export type { WithheldSettings } from "./layers/load-layers.js";
export type { ResolvedRun, RunRequest } from "./layers/run-layers.js";
export type { ServerAddress } from "./layers/server-address.js";
export { withoutPassword, withoutSecret } from "./layers/without-secret.js";
export { expandHome } from "./locations/home-path.js";
export {
  type Environment,
  findProjectFile,
  PROJECT_FILE_NAMES,
  type UserFolders,
  userConfigFile,
  userFolders,
} from "./locations/locations.js";
export { ConfigManager, type ConfigManagerOptions } from "./manager/config-manager.js";
export type { ChangeTarget, ResolvedConfig } from "./manager/config-state.js";
export type { ImportPreview } from "./manager/transfer-settings.js";
export type { ExportedConfig } from "./portable/export-format.js";
export type { IgnoredSetting } from "./portable/python-format.js";
export type { ConfigChange } from "./portable/settings-diff.js";
export { BUILT_IN_PRESET_NAMES, BUILT_IN_PRESETS } from "./presets/built-in-presets.js";
export {
  CONFIG_SCHEMA_URL,
  type ConfigSettings,
  configSettingsSchema,
  type McpServerSettings,
  type RunExtras,
  type RunSettings,
  runSettingEntries,
  SECRET_KEYS,
  type SettingSchema,
  scalarEntries,
} from "./schema/config-schema.js";
export { didYouMean } from "./schema/nearest-key.js";
export { formatSettingPath, parseSettingPath, type SettingPath } from "./schema/setting-path.js";
export { parseSettingValue } from "./schema/setting-value.js";
export type { TextPosition } from "./storage/jsonc-document.js";
export { type FilledTemplate, fillTemplate, type TemplateValues } from "./templates/fill-template.js";
export {
  findTemplate,
  listTemplates,
  readTemplate,
  type TemplateFile,
  type TemplatePlaces,
  templateFolders,
} from "./templates/find-templates.js";
export type { PromptTemplate, TemplateVariable } from "./templates/prompt-template.js";
export { type ProjectConsent, readProjectConsent } from "./trust/project-consent.js";
export { ProjectTrust, type TrustedProject } from "./trust/project-trust.js";
export { type ConfigProbe, isExecutableFound } from "./validation/config-probe.js";
export type { ConfigProblem, ConfigValidation } from "./validation/config-problem.js";

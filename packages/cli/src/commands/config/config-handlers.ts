// One module for the group: its commands are small, and each file more is one more for Node to find.
export { run as configPath } from "./config-path.js";
export { run as explainSetting } from "./explain-setting.js";
export { run as exportConfig } from "./export-config.js";
export { run as getSetting } from "./get-setting.js";
export { run as importConfig } from "./import-config.js";
export { run as listPresets } from "./list-presets.js";
export { run as listSettings } from "./list-settings.js";
export { run as resetConfig } from "./reset-config.js";
export { run as setSetting } from "./set-setting.js";
export { run as unsetSetting } from "./unset-setting.js";
export { run as validateConfig } from "./validate-config.js";

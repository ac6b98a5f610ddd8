export type { ModelList } from "./models/model-routes.js";
export type { PullState } from "./models/pulls.js";
export type { ResultList } from "./results/result-routes.js";
export type { RunEvent } from "./runs/live-run.js";
export { startUi, type UiOptions, type UiServer } from "./server/start-ui.js";
export type { DownloadProgress, UiManager } from "./server/ui-manager.js";
export type { SettingList, UiConfig } from "./settings/setting-routes.js";

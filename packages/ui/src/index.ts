export type { ResultList } from "./results/result-routes.js";
export type { RunEvent } from "./runs/live-run.js";
export { startUi, type UiManager, type UiOptions, type UiServer } from "./server/start-ui.js";

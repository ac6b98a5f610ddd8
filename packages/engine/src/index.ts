export type { Engine, EngineLogger } from "./create-engine.js";
export { type StartEngineOptions, startEngine } from "./start-engine.js";

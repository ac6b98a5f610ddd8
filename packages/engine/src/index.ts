export type { Engine, EngineLogger } from "./create-engine.js";
export { type EngineFacts, engineFacts } from "./inference/engine-facts.js";
export { type StartEngineOptions, startEngine } from "./start-engine.js";

export { type ExecutorScript, ScriptedExecutor, type ScriptedReply } from "./testing/scripted-executor.js";

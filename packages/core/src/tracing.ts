export { startTracing, type TracingOptions } from "./tracing/start-tracing.js";

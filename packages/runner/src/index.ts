export type { BatchInput, BatchItem, BatchItemInfo, BatchOptions, BatchSummary } from "./batch/batch-types.js";
export type { ContextDocument } from "./context/context-prompt.js";
export type { ContextCall, ContextReport } from "./context/run-with-context.js";
export type { LeftOutDocument } from "./context/select-documents.js";
export type { RunCall } from "./execution/run-call.js";
export { ModelRunner } from "./model-runner.js";
export { TextStream } from "./streaming/text-stream.js";
export { TokenEstimator } from "./tokens/token-estimator.js";

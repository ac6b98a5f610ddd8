export {
  OLLAMA_CONFIG_DEFAULTS,
  type OllamaConfig,
  ollamaConfigEntries,
  ollamaConfigSchema,
} from "./config/ollama-config.js";
export {
  REQUEST_CHANNELS,
  type RequestEndMessage,
  type RequestErrorMessage,
  type RequestFirstTokenMessage,
  type RequestMessage,
  type RequestOperation,
  type RequestStartMessage,
} from "./diagnostics/request-channels.js";
export { ERROR_CODES, type OllamaErrorCode } from "./errors/error-codes.js";
export { OllamaError, type OllamaErrorInit, type SerializedOllamaError } from "./errors/ollama-error.js";
export { createExecutor, type ExecutorInit } from "./execution/create-executor.js";
export type {
  ExecutionMetadata,
  ExecutionResources,
  ExecutionTimings,
  ExecutionUsage,
  ModelExecutionResult,
} from "./execution/execution-result.js";
export type {
  CallOptions,
  EmbeddingRequest,
  EmbeddingResult,
  ExecutionEvent,
  ExecutionHandle,
  ExecutionRequest,
  ExecutionStatus,
  LoadedModel,
  ModelDescription,
  ModelExecutor,
  ServerDescription,
  Timeouts,
} from "./execution/executor.js";
export type {
  ExecutorClient,
  ExecutorReplyLine,
  ExecutorStream,
  ExecutorWireRequest,
} from "./execution/executor-client.js";
export { isStandardSchema, toWireFormat } from "./execution/output-format.js";
export { processorShare } from "./execution/processor-share.js";
export type { ChatMessage, ToolCall, ToolDefinition } from "./execution/tool-call.js";
export { canonicalModelName, type ModelNameParts, parseModelName, sameModelName } from "./models/model-name.js";
export type { ModelStatus, OllamaModel } from "./models/ollama-model.js";
export {
  EXECUTION_OPTION_DEFAULTS,
  type ExecutionOptions,
  executionOptionEntries,
  type JsonSchema,
  LOAD_TIME_OPTIONS,
  type OutputFormat,
  type PartialExecutionOptions,
  partialExecutionOptionsSchema,
  type StandardSchema,
} from "./options/execution-options.js";
export { createExecutionOptions, resolveExecutionOptions } from "./options/resolve-execution-options.js";
export { normalizeExecutionOptions, toWireOptions, type WireOptions } from "./options/wire-options.js";

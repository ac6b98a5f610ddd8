export { type Clock, systemClock } from "./clock/clock.js";
export {
  OLLAMA_CONFIG_DEFAULTS,
  type OllamaConfig,
  ollamaConfigEntries,
  ollamaConfigSchema,
} from "./config/ollama-config.js";
export {
  BATCH_CHANNELS,
  type ChannelNames,
  ENGINE_CHANNELS,
  OUTGOING_HEADERS_CHANNEL,
  REQUEST_CHANNELS,
  SCOPE_CHANNELS,
} from "./diagnostics/channels.js";
export { type CertificateProblem, certificateProblem } from "./errors/certificate-problem.js";
export { ERROR_CODES, type OllamaErrorCode } from "./errors/error-codes.js";
export { OllamaError, type OllamaErrorInit, type SerializedOllamaError } from "./errors/ollama-error.js";
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
export { type SplitThought, splitThought } from "./execution/split-thought.js";
export type { ChatMessage, ToolCall, ToolDefinition } from "./execution/tool-call.js";
export { DEFAULT_OLLAMA_PORT, DEFAULT_OLLAMA_URL, type OllamaHost, parseOllamaHost } from "./host/parse-ollama-host.js";
export { createIdFactory } from "./ids/id-factory.js";
export { canonicalModelName, type ModelNameParts, parseModelName, sameModelName } from "./models/model-name.js";
export type { ModelStatus, OllamaModel } from "./models/ollama-model.js";
export {
  EXECUTION_OPTION_DEFAULTS,
  type ExecutionOptionEntries,
  type ExecutionOptions,
  executionOptionEntries,
  type JsonSchema,
  LOAD_TIME_OPTIONS,
  type OutputFormat,
  type PartialExecutionOptions,
  partialExecutionOptionsSchema,
  type StandardSchema,
} from "./options/execution-options.js";
export { toCamelCase } from "./options/option-names.js";
export { isStandardSchema, toWireFormat } from "./options/output-format.js";
export { createExecutionOptions, resolveExecutionOptions } from "./options/resolve-execution-options.js";
export { normalizeExecutionOptions, toWireOptions, type WireOptions } from "./options/wire-options.js";
export { csvRow } from "./text/csv-row.js";
export { escapeMarkdown } from "./text/escape-markdown.js";
export { visibleControls } from "./text/visible-controls.js";

export type {
  CallOptions,
  ChatMessage,
  EmbeddingRequest,
  EmbeddingResult,
  ExecutionEvent,
  ExecutionHandle,
  ExecutionMetadata,
  ExecutionRequest,
  ExecutionResources,
  ExecutionStatus,
  ExecutionTimings,
  ExecutionUsage,
  LoadedModel,
  ModelDescription,
  ModelExecutionResult,
  ModelExecutor,
  ModelStatus,
  OllamaModel,
  ServerDescription,
  Timeouts,
  ToolCall,
  ToolDefinition,
} from "@codo/ollama-contract";
export {
  BATCH_CHANNELS,
  type Clock,
  canonicalModelName,
  createExecutionOptions,
  createIdFactory,
  DEFAULT_OLLAMA_PORT,
  DEFAULT_OLLAMA_URL,
  ENGINE_CHANNELS,
  ERROR_CODES,
  EXECUTION_OPTION_DEFAULTS,
  type ExecutionOptions,
  executionOptionEntries,
  isStandardSchema,
  type JsonSchema,
  LOAD_TIME_OPTIONS,
  type ModelNameParts,
  normalizeExecutionOptions,
  OLLAMA_CONFIG_DEFAULTS,
  type OllamaConfig,
  OllamaError,
  type OllamaErrorCode,
  type OllamaErrorInit,
  type OllamaHost,
  type OutputFormat,
  ollamaConfigEntries,
  ollamaConfigSchema,
  type PartialExecutionOptions,
  parseModelName,
  parseOllamaHost,
  partialExecutionOptionsSchema,
  REQUEST_CHANNELS,
  resolveExecutionOptions,
  type SerializedOllamaError,
  type SplitThought,
  type StandardSchema,
  sameModelName,
  splitThought,
  systemClock,
  toWireFormat,
  toWireOptions,
  type WireOptions,
} from "@codo/ollama-contract";
export { modelStoreFolder } from "@codo/ollama-node-kit";
export { hashFile } from "./blobs/hash-file.js";
export type { UploadProgress } from "./blobs/upload-progress.js";
export type { OllamaClientOptions } from "./client/client-options.js";
export { OllamaClient } from "./client/ollama-client.js";
export { RawAnswer } from "./client/raw-answer.js";
export { StreamCall } from "./client/stream-call.js";
export type { CreateRequest } from "./create/create-request.js";
export type {
  RequestEndMessage,
  RequestErrorMessage,
  RequestFirstTokenMessage,
  RequestMessage,
  RequestOperation,
  RequestStartMessage,
} from "./diagnostics/request-channels.js";
export { createExecutor, type ExecutorInit } from "./execution/create-executor.js";
export { processorShare } from "./execution/processor-share.js";
export { type CreateFetchOptions, createFetch, type StandardFetch } from "./fetch/create-fetch.js";
export { imageFromFile } from "./images/image-from-file.js";
export type { Logger } from "./logging/logger.js";
export type { ManagerClient } from "./manager/manager-client.js";
export type {
  DownloadModelOptions,
  EnsureModelOptions,
  ListModelsOptions,
  OllamaManagerInit,
  RunModelCall,
  RunModelOptions,
} from "./manager/manager-options.js";
export type { ModelGroupStats, ModelStats } from "./manager/model-stats.js";
export { OllamaManager } from "./manager/ollama-manager.js";
export { readModels } from "./manager/to-ollama-model.js";
export type { Modelfile } from "./modelfile/modelfile.js";
export { parseModelfile } from "./modelfile/parse-modelfile.js";
export type { OllamaStream } from "./ndjson/json-line-reader.js";
export { AbortableAsyncIterator } from "./official/abortable-async-iterator.js";
// The one default export of these packages: the official client has it, and a change of import has to be enough.
// biome-ignore lint/style/noDefaultExport: see above
export { Ollama, ollama, ollama as default } from "./official/ollama.js";
export type { Config, ErrorResponse, ModelResponse, Options, Tool } from "./official/types.js";
export { type Progress, ProgressTracker } from "./progress/progress-tracker.js";
export { trackProgress } from "./progress/track-progress.js";
export { type CheckUpdateOptions, checkModelUpdate, type ModelUpdate } from "./registry/check-model-update.js";
export type { RetryOptions } from "./retry/retry-policy.js";
export {
  type BackgroundServerChoice,
  type BackgroundServerInit,
  type BackgroundServerStart,
  type BackgroundServerStatus,
  backgroundServerStatus,
  backgroundServers,
  startBackgroundServer,
  stopBackgroundServer,
} from "./server/background-server.js";
export {
  type LastingServerInit,
  type LastingServerStart,
  type LastingServerStatus,
  lastingServerStatus,
  startLastingServer,
  stopLastingServer,
} from "./server/deprecated-server-names.js";
export type { ServerEvents } from "./server/health-watch.js";
export { type EnsureOptions, OllamaServer, type OllamaServerInit } from "./server/ollama-server.js";
export type { ServeCommand } from "./server/serve-process.js";
export type {
  EmbeddedEngine,
  EmbeddedEngineModule,
  ServerHealth,
  ServerInfo,
  ServerSource,
} from "./server/server-info.js";
export type { ServerRecord } from "./server/server-record.js";
export { stateFolder } from "./server/state-folder.js";
export type { Fetch } from "./transport/fetch-transport.js";
export type { RequestBody } from "./transport/transport.js";
export type { ChatRequest, ChatResponse, Message, ResponseMessage } from "./wire/chat.js";
export type { EmbeddingsRequest, EmbeddingsResponse, EmbedRequest, EmbedResponse } from "./wire/embed.js";
export type {
  ExecutorClient,
  ExecutorReplyLine,
  ExecutorStream,
  ExecutorWireRequest,
} from "./wire/executor-client.js";
export type {
  AnswerEnvelope,
  GenerateRequest,
  GenerateResponse,
  Logprob,
  TokenLogprob,
  WireMetrics,
} from "./wire/generate.js";
export type {
  ListedModel,
  ListResponse,
  ModelDetails,
  ModelTensor,
  PsResponse,
  RunningModel,
  ShowRequest,
  ShowResponse,
} from "./wire/model-info.js";
export type {
  CopyRequest,
  DeleteRequest,
  ProgressResponse,
  PullRequest,
  PushRequest,
  StatusResponse,
  WireCreateRequest,
} from "./wire/model-management.js";
export type { ImageInput, KeepAlive, Think, WireModelOptions } from "./wire/model-options.js";
export type { MeResponse, ServerStatusResponse, VersionResponse } from "./wire/server-info.js";
export type {
  SystemOneAnswer,
  SystemOneChoiceAnswer,
  SystemOneChoiceQuestion,
  SystemOneContent,
  SystemOneNoulAnswer,
  SystemOneNoulQuestion,
  SystemOneQuestion,
  SystemOneRequest,
  SystemOneResponse,
  SystemOneScoreAnswer,
  SystemOneScoreQuestion,
  SystemOneUsage,
} from "./wire/system-one.js";
export type {
  WebFetchRequest,
  WebFetchResponse,
  WebSearchRequest,
  WebSearchResponse,
  WebSearchResult,
} from "./wire/web-tools.js";

export type { CallOptions, Timeouts, ToolCall, ToolDefinition } from "@codo/ollama-contract";
export {
  type Clock,
  DEFAULT_OLLAMA_PORT,
  DEFAULT_OLLAMA_URL,
  ERROR_CODES,
  OllamaError,
  type OllamaErrorCode,
  type OllamaErrorInit,
  type OllamaHost,
  parseOllamaHost,
  type SerializedOllamaError,
  systemClock,
} from "@codo/ollama-contract";
export type { UploadProgress } from "./blobs/upload-progress.js";
export type { OllamaClientOptions } from "./client/client-options.js";
export { OllamaClient } from "./client/fetch-client.js";
export { RawAnswer } from "./client/raw-answer.js";
export { StreamCall } from "./client/stream-call.js";
export type { CreateRequest } from "./create/create-request.js";
export type { Logger } from "./logging/logger.js";
export type { Modelfile } from "./modelfile/modelfile.js";
export { parseModelfile } from "./modelfile/parse-modelfile.js";
export type { OllamaStream } from "./ndjson/json-line-reader.js";
export { AbortableAsyncIterator } from "./official/abortable-async-iterator.js";
// The one default export of these packages: the official client has it, and a change of import has to be enough.
// biome-ignore lint/style/noDefaultExport: see above
export { Ollama, ollama, ollama as default } from "./official/fetch-ollama.js";
export type { Config, ErrorResponse, ModelResponse, Options, Tool } from "./official/types.js";
export { type Progress, ProgressTracker } from "./progress/progress-tracker.js";
export { trackProgress } from "./progress/track-progress.js";
export type { RetryOptions } from "./retry/retry-policy.js";
export type { Fetch } from "./transport/fetch-transport.js";
export type { RequestBody } from "./transport/transport.js";
export type { ChatRequest, ChatResponse, Message, ResponseMessage } from "./wire/chat.js";
export type { EmbeddingsRequest, EmbeddingsResponse, EmbedRequest, EmbedResponse } from "./wire/embed.js";
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

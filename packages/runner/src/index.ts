export type {
  BatchInput,
  BatchItem,
  BatchItemInfo,
  BatchOptions,
  BatchSummary,
  RetryOptions,
  RetrySummary,
} from "./batch/batch-types.js";
export type { ContextDocument } from "./context/context-prompt.js";
export type { ContextCall, ContextReport } from "./context/run-with-context.js";
export type { LeftOutDocument } from "./context/select-documents.js";
export type { ContextPolicy } from "./conversation/context-policy.js";
export { Conversation, type ConversationOptions } from "./conversation/conversation.js";
export type { ConversationCall } from "./conversation/conversation-call.js";
export { readConversation, type SavedConversation } from "./conversation/conversation-file.js";
export type { Summary } from "./conversation/summarizer.js";
export type { EmbedManyCall, EmbedManyResult } from "./embeddings/embed-many.js";
export type { RunCall } from "./execution/run-call.js";
export { createHostPool } from "./hosts/create-host-pool.js";
export type { HostPool } from "./hosts/host-pool.js";
export type { HostInit, HostPoolOptions, HostStatus, PoolMember } from "./hosts/host-types.js";
export type { JournalLine } from "./journal/journal-line.js";
export type { RunnerWarning } from "./reload/reload-watch.js";
export { type CountTokensCall, ModelRunner, type ModelRunnerOptions } from "./runner/model-runner.js";
export type { TextStream } from "./streaming/text-stream.js";
export type { StructuredAnswer, StructuredCall } from "./structured/run-structured.js";
export type { Countable, TokenEstimator } from "./tokens/token-estimator.js";
export type { ToolsAnswer, ToolsCall } from "./tools/run-with-tools.js";
export { type AnyTool, defineTool, type Tool, type ToolContext } from "./tools/tool.js";
export type {
  ApprovalAnswer,
  PendingToolCall,
  ToolCallRecord,
  ToolCallStatus,
  ToolStep,
} from "./tools/tool-call-record.js";

import type { CallOptions } from "@codo/ollama-contract";
import type { StreamCall } from "../client/stream-call.js";
import type { CreateRequest } from "../create/create-request.js";
import type { ChatRequest, ChatResponse } from "../wire/chat.js";
import type { EmbedRequest, EmbedResponse } from "../wire/embed.js";
import type { GenerateRequest, GenerateResponse, WireMetrics } from "../wire/generate.js";
import type {
  ListedModel,
  ListResponse,
  ModelDetails,
  PsResponse,
  RunningModel,
  ShowRequest,
  ShowResponse,
} from "../wire/model-info.js";
import type { ProgressResponse, PullRequest, PushRequest } from "../wire/model-management.js";

/** `T` with other types for some fields; its index signature stays, which `Omit` would make of all its fields. */
type With<T, Fields> = { [Key in keyof T as Key extends keyof Fields ? never : Key]: T[Key] } & Fields;

/** `T` whose fields of these names are there. */
type Promised<T, Names extends keyof T> = With<T, { [Name in Names]-?: NonNullable<T[Name]> }>;

type Metrics = Exclude<keyof WireMetrics, "prompt_eval_cached_count">;
type Details = Promised<
  ModelDetails,
  "parent_model" | "format" | "family" | "families" | "parameter_size" | "quantization_level"
>;
type Chat = Promised<ChatResponse, Metrics | "done_reason">;
type Generate = Promised<GenerateResponse, Metrics | "done_reason" | "context">;
type Embed = Promised<EmbedResponse, "total_duration" | "load_duration" | "prompt_eval_count">;
type Step = Promised<ProgressResponse, "digest" | "total" | "completed">;
type List = With<ListResponse, { models: With<ListedModel, { details: Details }>[] }>;
type Ps = With<PsResponse, { models: With<RunningModel, { details: Details }>[] }>;
type Show = With<
  Promised<
    ShowResponse,
    | "license"
    | "modelfile"
    | "parameters"
    | "template"
    | "system"
    | "messages"
    | "model_info"
    | "capabilities"
    | "modified_at"
  >,
  { details: Details }
>;

/**
 * The methods of the official client whose types promise what a server leaves out where it has nothing to say: counts
 * and durations before the last piece, the digest of a step that moves no layer. `OllamaClient` has the wire's own types;
 * a program that moves over was written with these.
 */
export interface PromisingMethods {
  generate(request: GenerateRequest & { stream: true }, options?: CallOptions): StreamCall<Generate>;
  generate(request: GenerateRequest & { stream?: false }, options?: CallOptions): Promise<Generate>;
  chat(request: ChatRequest & { stream: true }, options?: CallOptions): StreamCall<Chat>;
  chat(request: ChatRequest & { stream?: false }, options?: CallOptions): Promise<Chat>;
  create(request: CreateRequest & { stream: true }, options?: CallOptions): StreamCall<Step>;
  create(request: CreateRequest & { stream?: false }, options?: CallOptions): Promise<Step>;
  pull(request: PullRequest & { stream: true }, options?: CallOptions): StreamCall<Step>;
  pull(request: PullRequest & { stream?: false }, options?: CallOptions): Promise<Step>;
  push(request: PushRequest & { stream: true }, options?: CallOptions): StreamCall<Step>;
  push(request: PushRequest & { stream?: false }, options?: CallOptions): Promise<Step>;
  embed(request: EmbedRequest, options?: CallOptions): Promise<Embed>;
  list(options?: CallOptions): Promise<List>;
  ps(options?: CallOptions): Promise<Ps>;
  show(request: ShowRequest, options?: CallOptions): Promise<Show>;
}

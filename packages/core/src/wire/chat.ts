import type { ToolCall, ToolDefinition } from "@codo/ollama-contract";
import type { AnswerEnvelope } from "./generate.js";
import type { ImageInput, KeepAlive, Think, WireModelOptions } from "./model-options.js";

/** A message of a chat as it is sent. */
export interface Message {
  role: string;
  content: string;
  thinking?: string;
  images?: ImageInput[];
  tool_calls?: ToolCall[];
  tool_name?: string;
  tool_call_id?: string;
}

/** A message of a chat as the server answers it. */
export interface ResponseMessage {
  role: string;
  content: string;
  thinking?: string;
  images?: string[];
  tool_calls?: ToolCall[];
  tool_name?: string;
  tool_call_id?: string;
  [field: string]: unknown;
}

/** Body of `POST /api/chat`. */
export interface ChatRequest {
  model: string;
  /** Absent or empty: the model is loaded and nothing generated. */
  messages?: (Omit<Message, "content"> & Partial<Pick<Message, "content">>)[];
  stream?: boolean;
  /** `"json"` or a JSON Schema. */
  format?: string | object;
  keep_alive?: KeepAlive;
  tools?: ToolDefinition[];
  think?: Think;
  logprobs?: boolean;
  /** 0 to 20. */
  top_logprobs?: number;
  /** `false` makes an over-long conversation an error in place of a silent cut. */
  truncate?: boolean;
  /** `false` ends the answer when the context is full. */
  shift?: boolean;
  options?: WireModelOptions;
}

/** An answer of `/api/chat`, or one piece of it. */
export interface ChatResponse extends AnswerEnvelope {
  message: ResponseMessage;
}

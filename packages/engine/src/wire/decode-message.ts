import { ApiError } from "../http/api-error.js";
import { anything, type Decoder, decodeFields, isObject, listOf, mismatch, text } from "./decode-body.js";
import { images } from "./decode-special.js";

/** A tool call in a conversation's history. */
export interface WireToolCall {
  id?: string;
  name: string;
  arguments: Record<string, unknown>;
}

/** A message of a conversation. */
export interface WireMessage {
  role: string;
  content: string;
  thinking?: string;
  images: string[];
  toolCalls: WireToolCall[];
  toolName?: string;
  toolCallId?: string;
}

const toolArguments: Decoder<Record<string, unknown>> = (value) => {
  // The real server's words for arguments that are a string, or anything else but an object.
  if (!isObject(value)) throw new ApiError(400, "Value looks like object, but can't find closing '}' symbol");
  return value;
};

const toolCall: Decoder<WireToolCall> = (value, path) => {
  if (!isObject(value)) throw mismatch(value, path, "api.ToolCall");
  const call = decodeFields(value, path, { id: text, function: anything });
  const called = isObject(call.function)
    ? decodeFields(call.function, `${path}.function`, { name: text, arguments: toolArguments })
    : {};
  return {
    ...(call.id !== undefined && { id: call.id }),
    name: called.name ?? "",
    arguments: called.arguments ?? {},
  };
};

/** A message. Go decodes it by way of a type named Alias, and its errors say so. */
export const message: Decoder<WireMessage> = (value, path) => {
  if (!isObject(value)) throw mismatch(value, path, "api.Message");
  const decoded = decodeFields(value, "Alias", {
    role: text,
    content: text,
    thinking: text,
    images,
    tool_calls: listOf(toolCall, "[]api.ToolCall"),
    tool_name: text,
    tool_call_id: text,
  });
  return {
    role: (decoded.role ?? "").toLowerCase(),
    content: decoded.content ?? "",
    images: decoded.images ?? [],
    toolCalls: decoded.tool_calls ?? [],
    ...(decoded.thinking !== undefined && { thinking: decoded.thinking }),
    ...(decoded.tool_name !== undefined && { toolName: decoded.tool_name }),
    ...(decoded.tool_call_id !== undefined && { toolCallId: decoded.tool_call_id }),
  };
};

import type { ChatMessage, ExecutionRequest } from "@codo/ollama-contract";
import { toWireFormat, toWireOptions } from "@codo/ollama-contract";
import { definedFields } from "../objects/defined-fields.js";
import type { ExecutorWireRequest } from "../wire/executor-client.js";

/** An execution request as the wire has it. */
export interface WireExecution {
  api: "generate" | "chat";
  body: ExecutorWireRequest;
  /** The options that are sent, in wire names. */
  options: Record<string, unknown>;
  /** What a person should know about the options. */
  warnings: string[];
}

/** The endpoint that serves a request: chat where it has messages. */
export function apiOf(request: ExecutionRequest): "generate" | "chat" {
  return request.messages === undefined ? "generate" : "chat";
}

/** Maps a request to its wire body. Nothing is sent that the request does not set. */
export async function toWireExecution(request: ExecutionRequest): Promise<WireExecution> {
  const api = apiOf(request);
  const { options, warnings } = toWireOptions(request.options ?? {});
  const format = await toWireFormat(request.options?.format);
  const subject =
    api === "chat"
      ? { messages: chatMessages(request), tools: request.tools }
      : {
          prompt: request.prompt ?? "",
          system: request.system,
          images: request.images,
          suffix: request.suffix,
          template: request.template,
          raw: request.raw,
        };
  const body = definedFields({
    model: request.model,
    ...subject,
    format,
    options: Object.keys(options).length > 0 ? options : undefined,
    think: request.think,
    keep_alive: request.keepAlive,
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    truncate: request.truncate,
    shift: request.shift,
    // Also an answer wanted in one piece is streamed: only so are its first token timed, its part kept when it
    // breaks off, and a silent server distinguished from a busy one.
    stream: true,
  });
  return { api, body: body as ExecutorWireRequest, options, warnings };
}

function chatMessages(request: ExecutionRequest): ChatMessage[] {
  const messages = [...(request.messages ?? [])];
  if (request.system !== undefined) messages.unshift({ role: "system", content: request.system });
  if (request.images === undefined || request.images.length === 0) return messages;
  const last = messages.findLastIndex((message) => message.role === "user");
  const user = messages[last] ?? { role: "user", content: "" };
  const withImages = { ...user, images: [...(user.images ?? []), ...request.images] };
  return last < 0 ? [...messages, withImages] : messages.with(last, withImages);
}

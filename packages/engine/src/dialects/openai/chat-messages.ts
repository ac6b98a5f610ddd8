import { ApiError } from "../../http/api-error.js";
import { isObject } from "../../wire/decode-body.js";
import type { Native } from "../translated-exchange.js";

/** OpenAI's messages as ours. @throws ApiError (400) with the real server's words */
export function readMessages(given: readonly unknown[]): Native[] {
  const messages = given.map((message) => {
    if (!isObject(message)) throw invalid();
    return message;
  });
  return messages.flatMap((message) => readMessage(message, messages));
}

function readMessage(message: Native, all: readonly Native[]): Native[] {
  const { role, content, reasoning } = message;
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.map(readCall) : undefined;
  const whole: Native = {
    // Instructions under the newer name of their role.
    role: role === "developer" ? "system" : role,
    ...(typeof reasoning === "string" && { thinking: reasoning }),
    ...(calls !== undefined && { tool_calls: calls }),
    ...toolNameOf(message, all),
  };
  if (typeof content === "string") return [{ ...whole, content }];
  if (!Array.isArray(content)) {
    if (calls === undefined) throw new ApiError(400, `invalid message content type: ${goTypeOf(content)}`);
    return [{ ...whole, content: "" }];
  }
  // Each part is a message of its own, as the real server has it; calls go with the last.
  const parts = content.map((part): Native => ({ role: whole.role, ...readPart(part) }));
  const last = parts.pop();
  return last === undefined ? [] : [...parts, { ...whole, ...last }];
}

function readPart(part: unknown): Native {
  if (!isObject(part)) throw invalid();
  if (part.type === "text" && typeof part.text === "string") return { content: part.text };
  // Sound comes where images come, as the real server has it.
  if (part.type === "input_audio" && isObject(part.input_audio) && typeof part.input_audio.data === "string") {
    return { content: "", images: [part.input_audio.data] };
  }
  if (part.type !== "image_url") throw invalid();
  const { image_url: image } = part;
  const url = isObject(image) ? image.url : image;
  if (typeof url !== "string") throw invalid();
  return { content: "", images: [imageData(url)] };
}

/** The base64 text of a `data:` URL. @throws ApiError (400) for what is none, addresses on the web included */
export function imageData(url: string): string {
  const data = /^data:(?:image\/(?:jpeg|jpg|png|webp))?;base64,(.*)$/s.exec(url)?.[1];
  if (data === undefined) throw new ApiError(400, "invalid image input");
  return data;
}

function readCall(call: unknown): Native {
  if (!isObject(call) || !isObject(call.function)) throw invalid();
  return { id: call.id, function: { name: call.function.name, arguments: readArguments(call.function.arguments) } };
}

/** A call's arguments, which OpenAI's API has as text. @throws ApiError (400) */
export function readArguments(given: unknown): Native {
  try {
    const value: unknown = typeof given === "string" ? JSON.parse(given || "{}") : given;
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new ApiError(400, "invalid tool call arguments");
}

/** A tool's answer names the call; our templates name the tool. */
function toolNameOf({ role, name, tool_call_id: id }: Native, all: readonly Native[]): Native {
  if (role !== "tool") return {};
  const called = all
    .flatMap(({ tool_calls: calls }) => (Array.isArray(calls) ? (calls as unknown[]) : []))
    .find((call) => isObject(call) && call.id === id);
  const tool = typeof name === "string" && name !== "" ? name : functionName(called);
  return { ...(typeof id === "string" && { tool_call_id: id }), ...(tool !== undefined && { tool_name: tool }) };
}

function functionName(call: unknown): string | undefined {
  if (!isObject(call) || !isObject(call.function)) return undefined;
  return typeof call.function.name === "string" ? call.function.name : undefined;
}

function goTypeOf(value: unknown): string {
  if (value === undefined || value === null) return "<nil>";
  if (typeof value === "number") return "float64";
  return typeof value === "boolean" ? "bool" : "map[string]interface {}";
}

function invalid(): ApiError {
  return new ApiError(400, "invalid message format");
}

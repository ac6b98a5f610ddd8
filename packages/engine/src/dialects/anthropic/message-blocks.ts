import { ApiError } from "../../http/api-error.js";
import { isObject } from "../../wire/decode-body.js";
import type { Native } from "../translated-exchange.js";

/** Anthropic's messages as ours. @throws ApiError (400) with the real server's words */
export function readMessages(system: unknown, given: readonly unknown[]): Native[] {
  const instructions = textOf(system);
  const messages = given.flatMap((message) => {
    if (!isObject(message)) throw new ApiError(400, "invalid message format");
    return readMessage(message, given);
  });
  return instructions === "" ? messages : [{ role: "system", content: instructions }, ...messages];
}

/** The text of a text, or of blocks. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((block) => (isObject(block) && typeof block.text === "string" ? block.text : "")).join("");
}

function readMessage({ role, content }: Native, all: readonly unknown[]): Native[] {
  if (typeof content === "string") return [{ role, content }];
  if (!Array.isArray(content)) throw new ApiError(400, "invalid message format");
  const blocks = content.filter(isObject);
  const ofType = (type: string): Native[] => blocks.filter((block) => block.type === type);
  const text = textOf(ofType("text"));
  const thinking = ofType("thinking")
    .map((block) => String(block.thinking ?? ""))
    .join("");
  const images = ofType("image").map(readImage);
  const calls = ofType("tool_use").map(readCall);
  const results = ofType("tool_result").map((block): Native => readResult(block, all));
  const hasOwn = text !== "" || thinking !== "" || images.length > 0 || calls.length > 0;
  const own: Native = {
    role,
    content: text,
    ...(thinking !== "" && { thinking }),
    ...(images.length > 0 && { images }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return [...results, ...(hasOwn ? [own] : [])];
}

function readImage({ source }: Native): string {
  if (!isObject(source) || source.type !== "base64" || typeof source.data !== "string") {
    throw new ApiError(400, "invalid image source: only base64 data is read");
  }
  return source.data;
}

function readCall({ id, name, input }: Native): Native {
  if (typeof id !== "string" || id === "") throw new ApiError(400, "tool_use block missing required 'id' field");
  if (typeof name !== "string" || name === "") throw new ApiError(400, "tool_use block missing required 'name' field");
  return { id, function: { name, arguments: isObject(input) ? input : {} } };
}

/** What a tool answered; our templates name the tool, which the call of that id says. */
function readResult({ tool_use_id: id, content }: Native, all: readonly unknown[]): Native {
  const blocks = all.flatMap((message) =>
    isObject(message) && Array.isArray(message.content) ? message.content.filter(isObject) : [],
  );
  const call = blocks.find((block) => block.type === "tool_use" && block.id === id);
  const images = Array.isArray(content) ? content.filter((part) => isObject(part) && part.type === "image") : [];
  return {
    role: "tool",
    content: textOf(content),
    tool_call_id: id,
    ...(typeof call?.name === "string" && { tool_name: call.name }),
    ...(images.length > 0 && { images: images.map((image) => readImage(image as Native)) }),
  };
}

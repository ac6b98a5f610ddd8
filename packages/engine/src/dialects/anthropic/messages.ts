import { ApiError } from "../../http/api-error.js";
import type { Handler } from "../../http/router.js";
import { anything, bool, decodeBody, integer, isObject, listOf, number, record, text } from "../../wire/decode-body.js";
import { type AnswerParts, readAnswer } from "../native-answer.js";
import { type Native, type Translation, translated } from "../translated-exchange.js";
import { ANTHROPIC, newId } from "./anthropic-dialect.js";
import { readMessages } from "./message-blocks.js";
import { MessageEvents } from "./message-events.js";
import { stopReason } from "./stop-reason.js";

const FIELDS = {
  model: text,
  max_tokens: integer,
  messages: listOf(anything, "[]anthropic.MessageParam"),
  system: anything,
  stream: bool,
  temperature: number,
  top_p: number,
  top_k: integer,
  stop_sequences: listOf(text, "[]string"),
  tools: listOf(record, "[]anthropic.Tool"),
  tool_choice: anything,
  thinking: anything,
  output_config: anything,
};

/** `POST /v1/messages`, Anthropic's, by the route of `/api/chat`. */
export function messages(chat: Handler): Handler {
  return translated(ANTHROPIC, chat, (_exchange, json) => {
    const body = decodeBody(json, "MessagesRequest", FIELDS);
    if (!body.model) throw new ApiError(400, "model is required");
    if ((body.max_tokens ?? 0) <= 0) throw new ApiError(400, "max_tokens is required and must be positive");
    if ((body.messages ?? []).length === 0) throw new ApiError(400, "messages is required");
    const { temperature, top_p, top_k, stop_sequences: stop } = body;
    const request = {
      model: body.model,
      messages: readMessages(body.system, body.messages ?? []),
      stream: body.stream ?? false,
      options: {
        num_predict: body.max_tokens,
        ...(temperature !== undefined && { temperature }),
        ...(top_p !== undefined && { top_p }),
        ...(top_k !== undefined && { top_k }),
        ...(stop !== undefined && stop.length > 0 && { stop }),
      },
      ...thinkFrom(body.thinking, body.output_config),
      ...toolsFrom(body.tools, body.tool_choice),
      ...formatFrom(body.output_config),
    };
    return messageTranslation(request, promptCharacters(body));
  });
}

function thinkFrom(thinking: unknown, output: unknown): Native {
  if (isObject(thinking) && thinking.type === "enabled") return { think: true };
  if (isObject(thinking) && thinking.type === "disabled") return { think: false };
  const effort = isObject(output) && typeof output.effort === "string" ? output.effort.trim().toLowerCase() : "";
  const level = effort === "xhigh" ? "high" : effort;
  return ["high", "medium", "low", "max"].includes(level) ? { think: level } : {};
}

function toolsFrom(tools: readonly Native[] | undefined, choice: unknown): Native {
  if (tools === undefined || tools.length === 0) return {};
  return {
    ...choiceFrom(choice),
    tools: tools.map(({ name, description, input_schema: parameters = { type: "object", properties: {} } }) => ({
      type: "function",
      function: { name, ...(description !== undefined && { description }), parameters },
    })),
  };
}

function choiceFrom(choice: unknown): Native {
  if (!isObject(choice)) return {};
  if (choice.type === "tool") return { tool_choice: { type: "function", function: { name: choice.name } } };
  return { tool_choice: choice.type === "any" ? "required" : choice.type };
}

/** A structured answer: a real server passes over it. */
function formatFrom(output: unknown): Native {
  const format = isObject(output) ? output.format : undefined;
  return isObject(format) && format.type === "json_schema" ? { format: format.schema } : {};
}

/** How much was sent, for the estimate of the first event. */
function promptCharacters(body: { messages?: unknown[]; system?: unknown; tools?: unknown }): number {
  const texts: string[] = [];
  JSON.stringify([body.messages, body.system, body.tools], (key, value: unknown) => {
    if (typeof value === "string" && !["role", "type", "data", "id"].includes(key)) texts.push(value);
    return value;
  });
  return texts.join("").length;
}

function messageTranslation(request: Native, characters: number): Translation {
  const id = newId("msg");
  const events = new MessageEvents(id, Math.ceil(characters / 4));
  return {
    request,
    whole: (native) => {
      const answer = readAnswer(native);
      return {
        id,
        type: "message",
        role: "assistant",
        model: answer.model,
        content: contentOf(answer),
        ...stopReason(answer, answer.calls.length > 0),
        usage: { input_tokens: answer.promptTokens, output_tokens: answer.completionTokens },
      };
    },
    events: (native) => events.take(readAnswer(native)),
    failure: (error) => events.fail(error),
    streamHeaders: { "Cache-Control": "no-cache", Connection: "keep-alive" },
  };
}

function contentOf({ thinking, content, calls }: AnswerParts): Native[] {
  return [
    ...(thinking === "" ? [] : [{ type: "thinking", thinking }]),
    ...(content === "" && calls.length > 0 ? [] : [{ type: "text", text: content }]),
    ...calls.map(({ id, name, arguments: input }) => ({ type: "tool_use", id, name, input })),
  ];
}

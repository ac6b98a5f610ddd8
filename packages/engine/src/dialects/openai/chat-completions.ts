import { ApiError } from "../../http/api-error.js";
import type { Handler } from "../../http/router.js";
import { anything, bool, decodeBody, integer, isObject, listOf, text } from "../../wire/decode-body.js";
import { type AnswerParts, readAnswer } from "../native-answer.js";
import { type Native, type Translation, translated } from "../translated-exchange.js";
import { readMessages } from "./chat-messages.js";
import { DONE_EVENT, dataEvent, envelope, errorEvent, OPENAI, usageOf } from "./openai-dialect.js";
import { optionsFrom, SAMPLING_FIELDS, thinkFrom, wantsUsage } from "./sampling-fields.js";

const FIELDS = {
  ...SAMPLING_FIELDS,
  model: text,
  messages: listOf(anything, "[]openai.Message"),
  stream: bool,
  max_completion_tokens: integer,
  response_format: anything,
  tools: anything,
  tool_choice: anything,
  reasoning: anything,
  reasoning_effort: text,
  logprobs: bool,
  top_logprobs: integer,
};

/** `POST /v1/chat/completions`, by the route of `/api/chat`. */
export function chatCompletions(chat: Handler): Handler {
  return translated(OPENAI, chat, (_exchange, json) => {
    const body = decodeBody(json, "ChatCompletionRequest", FIELDS);
    if ((body.messages ?? []).length === 0) throw new ApiError(400, "[] is too short - 'messages'");
    // The newer name of the same limit.
    const limit = body.max_tokens ?? body.max_completion_tokens;
    const sampling = limit === undefined ? body : { ...body, max_tokens: limit };
    const effort = body.reasoning_effort ?? (isObject(body.reasoning) ? body.reasoning.effort : undefined);
    const request = {
      model: body.model,
      messages: readMessages(body.messages ?? []),
      stream: body.stream ?? false,
      options: optionsFrom(sampling),
      ...thinkFrom(effort),
      ...formatFrom(body.response_format),
      ...(body.tools !== undefined && { tools: body.tools }),
      ...(body.tool_choice !== undefined && { tool_choice: body.tool_choice }),
      ...(body.logprobs !== undefined && { logprobs: body.logprobs }),
      ...(body.top_logprobs !== undefined && { top_logprobs: body.top_logprobs }),
    };
    return chatTranslation(request, wantsUsage(body));
  });
}

/** A format, as ours. @throws ApiError (400) where a schema is named and not given */
function formatFrom(format: unknown): Native {
  if (!isObject(format)) return {};
  if (format.type === "json_object") return { format: "json" };
  if (format.type !== "json_schema") return {};
  const schema = isObject(format.json_schema) ? format.json_schema.schema : undefined;
  if (schema === undefined) throw new ApiError(400, "response_format json_schema has no schema");
  return { format: schema };
}

function chatTranslation(request: Native, usage: boolean): Translation {
  const whole = envelope("chatcmpl", "chat.completion");
  const chunk = { ...whole, object: "chat.completion.chunk" };
  let hasBegun = false;
  let hasCalled = false;
  return {
    request,
    whole: (native) => {
      const answer = readAnswer(native);
      const message = {
        role: "assistant",
        content: answer.content,
        ...(answer.thinking !== "" && { reasoning: answer.thinking }),
        ...callsOf(answer),
      };
      const reason = answer.calls.length > 0 ? "tool_calls" : answer.doneReason || null;
      return {
        ...whole,
        model: answer.model,
        system_fingerprint: "fp_ollama",
        choices: [{ index: 0, message, finish_reason: reason, ...logprobsOf(answer) }],
        usage: usageOf(answer),
      };
    },
    events: (native) => {
      const answer = readAnswer(native);
      hasCalled ||= answer.calls.length > 0;
      const reason = answer.doneReason === "" ? null : hasCalled ? "tool_calls" : answer.doneReason;
      const delta = {
        ...(!hasBegun && { role: "assistant" }),
        ...((!hasBegun || answer.content !== "") && { content: answer.content }),
        ...(answer.thinking !== "" && { reasoning: answer.thinking }),
        ...callsOf(answer),
      };
      hasBegun = true;
      const shared = { ...chunk, model: answer.model, system_fingerprint: "fp_ollama" };
      const choices = [{ index: 0, delta, finish_reason: reason, ...logprobsOf(answer) }];
      const event = dataEvent({ ...shared, choices });
      if (!answer.isDone) return event;
      return event + (usage ? dataEvent({ ...shared, choices: [], usage: usageOf(answer) }) : "") + DONE_EVENT;
    },
    failure: errorEvent,
  };
}

function callsOf({ calls }: AnswerParts): Native {
  if (calls.length === 0) return {};
  return {
    tool_calls: calls.map(({ id, index, name, arguments: given }) => ({
      id,
      index,
      type: "function",
      function: { name, arguments: JSON.stringify(given) },
    })),
  };
}

function logprobsOf({ logprobs }: AnswerParts): Native {
  return logprobs === undefined ? {} : { logprobs: { content: logprobs } };
}

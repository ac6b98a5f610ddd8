import { ApiError } from "../../http/api-error.js";
import type { Handler } from "../../http/router.js";
import { anything, bool, decodeBody, integer, isObject, listOf, number, record, text } from "../../wire/decode-body.js";
import { readAnswer } from "../native-answer.js";
import { type Native, type Translation, translated } from "../translated-exchange.js";
import { OPENAI } from "./openai-dialect.js";
import { ResponseEvents } from "./response-events.js";
import { readInput } from "./response-input.js";
import { ResponseObject } from "./response-object.js";
import { thinkFrom } from "./sampling-fields.js";

const FIELDS = {
  model: text,
  input: anything,
  instructions: text,
  stream: bool,
  temperature: number,
  top_p: number,
  max_output_tokens: integer,
  text: anything,
  tools: listOf(record, "[]openai.ResponsesTool"),
  tool_choice: anything,
  reasoning: anything,
  truncation: text,
  previous_response_id: text,
  metadata: anything,
};

/** What a response says again of its request. */
export interface ResponsesBody {
  model?: string;
  instructions?: string;
  temperature?: number;
  top_p?: number;
  max_output_tokens?: number;
  text?: unknown;
  tools?: unknown[];
  tool_choice?: unknown;
  reasoning?: unknown;
  truncation?: string;
  metadata?: unknown;
}

/** `POST /v1/responses`, by the route of `/api/chat`. Nothing is stored: the whole conversation comes with each request. */
export function responses(chat: Handler): Handler {
  return translated(OPENAI, chat, (_exchange, json) => {
    const body = decodeBody(json, "ResponsesRequest", FIELDS);
    if (body.previous_response_id !== undefined) {
      throw new ApiError(
        400,
        "previous_response_id is not supported: no response is stored; send the conversation as input",
      );
    }
    const effort = isObject(body.reasoning) ? body.reasoning.effort : undefined;
    const messages = readInput(body.instructions, body.input);
    const request = {
      model: body.model,
      messages,
      stream: body.stream ?? false,
      options: {
        temperature: body.temperature ?? 1,
        ...(body.top_p !== undefined && { top_p: body.top_p }),
        ...(body.max_output_tokens !== undefined && { num_predict: body.max_output_tokens }),
      },
      ...thinkFrom(effort),
      ...formatFrom(body.text),
      ...toolsFrom(body.tools, body.tool_choice),
    };
    return responseTranslation(request, body);
  });
}

function responseTranslation(request: Native, body: ResponsesBody): Translation {
  const response = new ResponseObject(body);
  const events = new ResponseEvents(response);
  return {
    request,
    whole: (native) => response.finished(readAnswer(native)),
    events: (native) => events.take(readAnswer(native)),
    failure: (error) => events.fail(error),
    streamHeaders: { "Cache-Control": "no-cache", Connection: "keep-alive" },
  };
}

function formatFrom(given: unknown): Native {
  const format = isObject(given) && isObject(given.format) ? given.format : undefined;
  if (format?.type === "json_object") return { format: "json" };
  return format?.type === "json_schema" && format.schema !== undefined ? { format: format.schema } : {};
}

function toolsFrom(tools: readonly Native[] | undefined, choice: unknown): Native {
  const functions = (tools ?? []).filter(({ type }) => type === "function");
  if (functions.length === 0) return {};
  return {
    ...(choice !== undefined && { tool_choice: choice }),
    tools: functions.map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, ...(typeof description === "string" && { description }), parameters: parameters ?? {} },
    })),
  };
}

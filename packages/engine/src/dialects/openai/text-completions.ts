import type { Handler } from "../../http/router.js";
import { bool, decodeBody, text } from "../../wire/decode-body.js";
import { readAnswer } from "../native-answer.js";
import { type Native, type Translation, translated } from "../translated-exchange.js";
import { DONE_EVENT, dataEvent, envelope, errorEvent, OPENAI, usageOf } from "./openai-dialect.js";
import { optionsFrom, SAMPLING_FIELDS, wantsUsage } from "./sampling-fields.js";

const FIELDS = { ...SAMPLING_FIELDS, model: text, prompt: text, suffix: text, stream: bool };

/** `POST /v1/completions`, by the route of `/api/generate`. */
export function textCompletions(generate: Handler): Handler {
  return translated(OPENAI, generate, (_exchange, json) => {
    const body = decodeBody(json, "CompletionRequest", FIELDS);
    const request = {
      model: body.model,
      prompt: body.prompt ?? "",
      stream: body.stream ?? false,
      options: optionsFrom(body),
      ...(body.suffix !== undefined && { suffix: body.suffix }),
    };
    return textTranslation(request, wantsUsage(body));
  });
}

function textTranslation(request: Native, usage: boolean): Translation {
  const shared = envelope("cmpl", "text_completion");
  const whole = (native: Native): Native => {
    const { model, content, doneReason } = readAnswer(native);
    const choices = [{ text: content, index: 0, finish_reason: doneReason || null }];
    return { ...shared, model, system_fingerprint: "fp_ollama", choices };
  };
  return {
    request,
    whole: (native) => ({ ...whole(native), usage: usageOf(readAnswer(native)) }),
    events: (native) => {
      const answer = readAnswer(native);
      const chunk = whole(native);
      const event = dataEvent(usage ? { ...chunk, usage: usageOf({ promptTokens: 0, completionTokens: 0 }) } : chunk);
      if (!answer.isDone) return event;
      return event + (usage ? dataEvent({ ...chunk, choices: [], usage: usageOf(answer) }) : "") + DONE_EVENT;
    },
    failure: errorEvent,
  };
}

import type { ApiError } from "../../http/api-error.js";
import { encodeJson } from "../../json/go-json.js";
import type { AnsweredCall, AnswerParts } from "../native-answer.js";
import type { Native } from "../translated-exchange.js";
import { type ResponseObject, textPart } from "./response-object.js";

/** Makes the events of a streamed response: its items one after the other, each begun, filled and ended. */
export class ResponseEvents {
  readonly #response: ResponseObject;
  #sequence = 0;
  #index = 0;
  #open: "reasoning" | "message" | undefined;
  #hasBegun = false;
  #text = "";
  #thinking = "";
  readonly #calls: AnsweredCall[] = [];

  constructor(response: ResponseObject) {
    this.#response = response;
  }

  /** The events of one line of an answer. */
  take(answer: AnswerParts): string {
    const events = [this.#begin()];
    if (answer.thinking !== "") events.push(this.#think(answer.thinking));
    if (answer.content !== "") events.push(this.#write(answer.content));
    for (const call of answer.calls) events.push(this.#call(call));
    if (answer.isDone) events.push(this.#end(answer));
    return events.join("");
  }

  fail(error: ApiError): string {
    return this.#event("error", { code: null, message: error.message, param: null });
  }

  #begin(): string {
    if (this.#hasBegun) return "";
    this.#hasBegun = true;
    const response = this.#response.inProgress();
    return this.#event("response.created", { response }) + this.#event("response.in_progress", { response });
  }

  #think(delta: string): string {
    const begun = this.#open === "reasoning" ? "" : this.#close() + this.#openItem("reasoning");
    this.#thinking += delta;
    const at = { item_id: this.#response.reasoningId, output_index: this.#index, summary_index: 0 };
    return begun + this.#event("response.reasoning_summary_text.delta", { ...at, delta });
  }

  #write(delta: string): string {
    const begun = this.#open === "message" ? "" : this.#close() + this.#openItem("message");
    this.#text += delta;
    return begun + this.#event("response.output_text.delta", { ...this.#textAt(), delta, logprobs: [] });
  }

  #textAt(): Native {
    return { item_id: this.#response.messageId, output_index: this.#index, content_index: 0 };
  }

  #openItem(type: "reasoning" | "message"): string {
    this.#open = type;
    const isMessage = type === "message";
    const reasoning = { id: this.#response.reasoningId, type: "reasoning", summary: [] };
    const item = isMessage ? this.#response.message(undefined, "in_progress") : reasoning;
    const added = this.#event("response.output_item.added", { output_index: this.#index, item });
    return isMessage
      ? added + this.#event("response.content_part.added", { ...this.#textAt(), part: textPart("") })
      : added;
  }

  #close(): string {
    if (this.#open === undefined) return "";
    const filled = this.#open === "message" ? this.#closeMessage() : this.#closeReasoning();
    this.#open = undefined;
    this.#index += 1;
    return filled;
  }

  #closeMessage(): string {
    const at = this.#textAt();
    return (
      this.#event("response.output_text.done", { ...at, text: this.#text, logprobs: [] }) +
      this.#event("response.content_part.done", { ...at, part: textPart(this.#text) }) +
      this.#itemDone(this.#response.message(this.#text, "completed"))
    );
  }

  #closeReasoning(): string {
    const at = { item_id: this.#response.reasoningId, output_index: this.#index, summary_index: 0 };
    return (
      this.#event("response.reasoning_summary_text.done", { ...at, text: this.#thinking }) +
      this.#itemDone(this.#response.reasoning(this.#thinking))
    );
  }

  #call(call: AnsweredCall): string {
    this.#calls.push(call);
    const closed = this.#close();
    const item = this.#response.call(call, "completed");
    const at = { item_id: item.id, output_index: this.#index };
    const given = item.arguments;
    const events =
      this.#event("response.output_item.added", {
        output_index: this.#index,
        item: this.#response.call(call, "in_progress"),
      }) +
      this.#event("response.function_call_arguments.delta", { ...at, delta: given }) +
      this.#event("response.function_call_arguments.done", { ...at, arguments: given }) +
      this.#itemDone(item);
    this.#index += 1;
    return closed + events;
  }

  #itemDone(item: Native): string {
    return this.#event("response.output_item.done", { output_index: this.#index, item });
  }

  #end(answer: AnswerParts): string {
    const closed = this.#close();
    const whole = { ...answer, content: this.#text, thinking: this.#thinking, calls: this.#calls };
    const response = this.#response.finished(whole);
    const type = response.status === "incomplete" ? "response.incomplete" : "response.completed";
    return closed + this.#event(type, { response });
  }

  #event(type: string, fields: Native): string {
    return `event: ${type}\ndata: ${encodeJson({ type, sequence_number: this.#sequence++, ...fields })}\n\n`;
  }
}

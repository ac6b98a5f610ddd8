import type { ApiError } from "../../http/api-error.js";
import type { AnsweredCall, AnswerParts } from "../native-answer.js";
import { ANTHROPIC, namedEvent } from "./anthropic-dialect.js";
import { stopReason } from "./stop-reason.js";

type BlockType = "text" | "thinking";

/** Makes the events of a streamed message: one block after the other, each begun, filled and ended. */
export class MessageEvents {
  readonly #id: string;
  readonly #estimatedTokens: number;
  #hasBegun = false;
  #hasCalled = false;
  #index = 0;
  #open: BlockType | undefined;

  constructor(id: string, estimatedTokens: number) {
    this.#id = id;
    this.#estimatedTokens = estimatedTokens;
  }

  /** The events of one line of an answer. */
  take(answer: AnswerParts): string {
    const events = [this.#begin(answer.model)];
    if (answer.thinking !== "") events.push(this.#fill("thinking", answer.thinking));
    if (answer.content !== "") events.push(this.#fill("text", answer.content));
    for (const call of answer.calls) events.push(this.#call(call));
    if (answer.isDone) events.push(this.#end(answer));
    return events.join("");
  }

  fail(error: ApiError): string {
    const { error: reported } = ANTHROPIC.errorBody(error.status, error.message) as { error: unknown };
    return namedEvent({ type: "error", error: reported } as { type: string });
  }

  #begin(model: string): string {
    if (this.#hasBegun) return "";
    this.#hasBegun = true;
    const usage = { input_tokens: this.#estimatedTokens, output_tokens: 0 };
    const message = { id: this.#id, type: "message", role: "assistant", model, content: [], usage };
    return namedEvent(event("message_start", { message }));
  }

  #fill(type: BlockType, text: string): string {
    const begun = this.#open === type ? "" : this.#close() + this.#openBlock(type);
    const delta = type === "text" ? { type: "text_delta", text } : { type: "thinking_delta", thinking: text };
    return begun + namedEvent(event("content_block_delta", { index: this.#index, delta }));
  }

  #openBlock(type: BlockType): string {
    this.#open = type;
    const block = type === "text" ? { type, text: "" } : { type, thinking: "" };
    return namedEvent(event("content_block_start", { index: this.#index, content_block: block }));
  }

  #close(): string {
    if (this.#open === undefined) return "";
    this.#open = undefined;
    return namedEvent(event("content_block_stop", { index: this.#index++ }));
  }

  #call({ id, name, arguments: input }: AnsweredCall): string {
    this.#hasCalled = true;
    const closed = this.#close();
    const index = this.#index++;
    const block = { type: "tool_use", id, name, input: {} };
    const delta = { type: "input_json_delta", partial_json: JSON.stringify(input) };
    return (
      closed +
      namedEvent(event("content_block_start", { index, content_block: block })) +
      namedEvent(event("content_block_delta", { index, delta })) +
      namedEvent(event("content_block_stop", { index }))
    );
  }

  #end(answer: AnswerParts): string {
    const usage = { input_tokens: answer.promptTokens, output_tokens: answer.completionTokens };
    const delta = stopReason(answer, this.#hasCalled);
    return this.#close() + namedEvent(event("message_delta", { delta, usage })) + namedEvent({ type: "message_stop" });
  }
}

function event(type: string, fields: object): { type: string } {
  return { type, ...fields };
}

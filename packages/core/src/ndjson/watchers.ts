import { OllamaError } from "@codo/ollama-contract";
import { TextBuffer } from "@codo/ollama-contract/executor-kit";
import type { CallDescription } from "../deadlines/call-scope.js";
import { textOf } from "../replies/reply-fields.js";
import { serverError } from "../server-errors/server-error.js";
import type { ChatResponse } from "../wire/chat.js";
import type { GenerateResponse } from "../wire/generate.js";
import type { ProgressResponse } from "../wire/model-management.js";
import type { StreamWatcher } from "./json-line-reader.js";

/** Watches a generated answer: complete with `done: true`, partial is the text so far. */
export class AnswerWatcher<T extends GenerateResponse | ChatResponse> implements StreamWatcher<T> {
  readonly #call: CallDescription;
  readonly #text = new TextBuffer();
  readonly #thinking = new TextBuffer();
  complete = false;

  constructor(call: CallDescription) {
    this.#call = call;
  }

  see(value: T): void {
    refuseErrorLine(value, this.#call, this);
    const { content: text, thinking } = contentOf(value);
    if (typeof text === "string") this.#text.push(text);
    if (typeof thinking === "string") this.#thinking.push(thinking);
    if (value.done === true) this.complete = true;
  }

  partial(): Record<string, unknown> {
    const thinking = this.#thinking.toString();
    return { partial: this.#text.toString(), ...(thinking === "" ? {} : { partialThinking: thinking }) };
  }
}

/** What a piece of an answer says, be it a chat's or a generated one. */
function contentOf(value: GenerateResponse | ChatResponse): { content?: unknown; thinking?: unknown } {
  const { message } = value as ChatResponse;
  if (typeof message === "object" && message !== null) return message;
  const { response, thinking } = value as GenerateResponse;
  return { content: response, thinking };
}

/** Watches the lines of a pull, a push or a create: complete with `status: "success"`, partial is the last status. */
export class ProgressWatcher implements StreamWatcher<ProgressResponse> {
  readonly #call: CallDescription;
  #status = "";
  complete = false;

  constructor(call: CallDescription) {
    this.#call = call;
  }

  see(value: ProgressResponse): void {
    refuseErrorLine(value, this.#call, this);
    this.#status = textOf(value.status);
    this.complete = value.status === "success";
  }

  partial(): Record<string, unknown> {
    return { partial: this.#status };
  }
}

function refuseErrorLine(value: unknown, call: CallDescription, watcher: { partial(): Record<string, unknown> }): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const message = `A line of the answer is no object: ${JSON.stringify(value).slice(0, 120)}. Check that an Ollama serves there.`;
    throw new OllamaError("STREAM_CORRUPT", message, { details: { ...call, ...watcher.partial() } });
  }
  const { error } = value as { error?: unknown };
  if (error === undefined || error === null || error === "") return;
  throw serverError({ body: value, call, details: { midStream: true, ...watcher.partial() } });
}

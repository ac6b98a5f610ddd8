import type { CallDescription } from "../deadlines/call-scope.js";
import { OllamaError } from "../errors/ollama-error.js";
import { serverError } from "../server-errors/server-error.js";
import type { ChatResponse } from "../wire/chat.js";
import type { GenerateResponse } from "../wire/generate.js";
import type { ProgressResponse } from "../wire/model-management.js";
import type { StreamWatcher } from "./json-line-reader.js";

/** Watches a generated answer: complete with `done: true`, partial is the text so far. */
export class AnswerWatcher<T extends GenerateResponse | ChatResponse> implements StreamWatcher<T> {
  readonly #call: CallDescription;
  #text = "";
  #thinking = "";
  complete = false;

  constructor(call: CallDescription) {
    this.#call = call;
  }

  see(value: T): void {
    throwErrorLine(value, this.#call, this);
    const { message } = value as ChatResponse;
    const text = message === undefined ? (value as GenerateResponse).response : message.content;
    const thinking = message === undefined ? (value as GenerateResponse).thinking : message.thinking;
    if (typeof text === "string") this.#text += text;
    if (typeof thinking === "string") this.#thinking += thinking;
    this.complete = value.done === true;
  }

  partial(): Record<string, unknown> {
    return { partial: this.#text, ...(this.#thinking === "" ? {} : { partialThinking: this.#thinking }) };
  }
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
    throwErrorLine(value, this.#call, this);
    this.#status = value.status;
    this.complete = value.status === "success";
  }

  partial(): Record<string, unknown> {
    return { partial: this.#status };
  }
}

function throwErrorLine(value: unknown, call: CallDescription, watcher: { partial(): Record<string, unknown> }): void {
  const error = (value as { error?: unknown } | null)?.error;
  if (error === undefined || error === null || error === "") {
    if (typeof value === "object" && value !== null) return;
    throw new OllamaError("STREAM_CORRUPT", `A line of the answer is no object: ${JSON.stringify(value)}.`, {
      details: { ...call },
    });
  }
  throw serverError({ body: value, call, details: { midStream: true, ...watcher.partial() } });
}

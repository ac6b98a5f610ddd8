import type { ExecutionEvent, ToolCall } from "@codo/ollama-contract";
import { readLastLine, readToolCalls } from "../replies/read-reply-line.js";
import { listOf, recordOf, textOf } from "../replies/reply-fields.js";
import { GrowingText } from "../text/growing-text.js";
import type { ExecutorReplyLine } from "../wire/executor-client.js";

/** Gathers a reply line by line: what it says so far, and the line that ended it. */
export class ReplyCollector {
  readonly toolCalls: ToolCall[] = [];
  readonly logprobs: unknown[] = [];
  /** The line with `done: true`; absent until it came. */
  last: ExecutorReplyLine | undefined;
  /** When the first content came, in milliseconds since the request was sent. */
  firstContentAtMs: number | undefined;
  readonly #text = new GrowingText();
  readonly #thinking = new GrowingText();
  readonly #emit: (event: ExecutionEvent) => void;

  constructor(emit: (event: ExecutionEvent) => void) {
    this.#emit = emit;
  }

  get text(): string {
    return this.#text.toString();
  }

  get thinking(): string {
    return this.#thinking.toString();
  }

  /** Takes one line, which came `atMs` milliseconds after the request was sent. Gives true when it brought the first content. */
  take(line: ExecutorReplyLine, atMs: number): boolean {
    const message = recordOf(line.message);
    const text = textOf(message.content ?? line.response);
    const thinking = textOf(message.thinking ?? line.thinking);
    const toolCalls = readToolCalls(message.tool_calls ?? line.tool_calls);
    const isFirst = this.firstContentAtMs === undefined && (text !== "" || thinking !== "" || toolCalls.length > 0);
    if (isFirst) this.firstContentAtMs = atMs;
    if (thinking !== "") {
      this.#thinking.push(thinking);
      this.#emit({ type: "thinking", text: thinking, atMs });
    }
    if (text !== "") {
      this.#text.push(text);
      this.#emit({ type: "text", text, atMs });
    }
    for (const toolCall of toolCalls) {
      this.toolCalls.push(toolCall);
      this.#emit({ type: "toolCall", toolCall, atMs });
    }
    const logprobs = listOf(line.logprobs);
    if (logprobs.length > 0) {
      for (const logprob of logprobs) this.logprobs.push(logprob);
      this.#emit({ type: "logprobs", logprobs });
    }
    if (line.done === true) this.last = readLastLine(line);
    return isFirst;
  }
}

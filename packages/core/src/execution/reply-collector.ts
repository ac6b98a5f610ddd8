import { splitThought, type ToolCall } from "@codo/ollama-contract";
import { type RunEvent, TextBuffer } from "@codo/ollama-contract/executor-kit";
import { readLastLine, readToolCalls } from "../replies/read-reply-line.js";
import { listOf, recordOf, textOf } from "../replies/reply-fields.js";
import type { ExecutorReplyLine } from "../wire/executor-client.js";
import { ThoughtSplitter } from "./thought-splitter.js";

/** How a reply's text is read. */
export interface ReplyReading {
  /** Leave a thought where it stands in the text. */
  verbatim?: boolean;
}

/** Gathers a reply line by line: what it says so far, and the line that ended it. */
export class ReplyCollector {
  readonly toolCalls: ToolCall[] = [];
  readonly logprobs: unknown[] = [];
  /** The line with `done: true`; absent until it came. */
  last: ExecutorReplyLine | undefined;
  /** When the first content came, in milliseconds since the request was sent. */
  firstContentAtMs: number | undefined;
  readonly #text = new TextBuffer();
  readonly #thinking = new TextBuffer();
  readonly #emit: (event: RunEvent) => void;
  /** Absent where thoughts stay in the text, or the server takes them out itself. */
  #splitter: ThoughtSplitter | undefined;
  #lastAtMs = 0;
  /** The thought that was closed and never opened, once the reply has ended. */
  #unopened: { thinking: string; text: string } | undefined;

  constructor(emit: (event: RunEvent) => void, { verbatim = false }: ReplyReading = {}) {
    this.#emit = emit;
    this.#splitter = verbatim ? undefined : new ThoughtSplitter();
  }

  get text(): string {
    return this.#unopened?.text ?? this.#text.toString();
  }

  get thinking(): string {
    return this.#unopened?.thinking ?? this.#thinking.toString();
  }

  /** Takes one line, which came `atMs` milliseconds after the request was sent. Gives true when it brought the first content. */
  take(line: ExecutorReplyLine, atMs: number): boolean {
    const message = recordOf(line.message);
    const text = textOf(message.content ?? line.response);
    const thinking = textOf(message.thinking ?? line.thinking);
    const toolCalls = readToolCalls(message.tool_calls ?? line.tool_calls);
    const isFirst = this.firstContentAtMs === undefined && (text !== "" || thinking !== "" || toolCalls.length > 0);
    if (isFirst) this.firstContentAtMs = atMs;
    this.#lastAtMs = atMs;
    if (thinking !== "") {
      this.#stopSplitting();
      this.#add({ thinking, text: "" });
    }
    if (text !== "") this.#add(this.#splitter?.push(text) ?? { thinking: "", text });
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

  /** Nothing follows: gives out what may have become a tag, and finds a thought that nothing opened. */
  end(): void {
    const splitter = this.#splitter;
    this.#stopSplitting();
    if (splitter === undefined || splitter.found) return;
    const split = splitThought(this.#text.toString());
    if (split.thinking !== "" || split.text !== this.#text.toString()) this.#unopened = split;
  }

  #stopSplitting(): void {
    const rest = this.#splitter?.finish();
    this.#splitter = undefined;
    if (rest !== undefined) this.#add(rest);
  }

  #add({ thinking, text }: { thinking: string; text: string }): void {
    const atMs = this.#lastAtMs;
    if (thinking !== "") {
      this.#thinking.push(thinking);
      this.#emit({ type: "thinking", text: thinking, atMs });
    }
    if (text === "") return;
    this.#text.push(text);
    this.#emit({ type: "text", text, atMs });
  }
}

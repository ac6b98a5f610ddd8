import { mayBecome } from "./call-reader.js";
import { objectEnd } from "./held-back.js";
import { LookAgain } from "./look-again.js";
import type { OutputParser, ParsedOutput } from "./output-parser.js";
import { readToolCall, type ToolNames } from "./tool-call-json.js";

/** What may stand in front of a call: Llama 3's tag, and those of Llama 4. */
const TAGS = ["<|python_tag|>", "<|python_start|>", "<|python_end|>"];

/**
 * Calls in the style of Llama 3: the answer is nothing but `{"name": …, "parameters": {…}}`, several of them parted by
 * `;`, with a tag in front or not. An object that is no call is an answer like any other.
 */
export class LlamaToolParser implements OutputParser {
  private state: "beginning" | "calls" | "content" = "beginning";
  private held = "";

  private readonly lookAgain = new LookAgain();

  constructor(private readonly names: ToolNames) {}

  push(text: string): ParsedOutput[] {
    this.held += text;
    const parsed: ParsedOutput[] = [];
    while (this.advance(parsed));
    return parsed;
  }

  finish(reason: "stop" | "length" | "repeat"): ParsedOutput[] {
    const parsed: ParsedOutput[] = [];
    this.lookAgain.reset();
    while (this.advance(parsed));
    const rest = this.held;
    this.held = "";
    const begun = withoutTags(rest);
    // A bracket at the end of all may be missing, or a quote somewhere.
    const call = reason === "stop" && begun.startsWith("{") ? readToolCall(begun, this.names) : undefined;
    if (call && call !== "unknown") return [...parsed, { type: "toolCall", call }];
    const isCutCall = this.state === "calls" || /^\s*\{\s*"name"/.test(begun);
    return isCutCall || rest.trim() === "" ? parsed : [...parsed, { type: "content", text: rest }];
  }

  /** Takes one step; `false` when more text is needed. */
  private advance(parsed: ParsedOutput[]): boolean {
    if (this.held === "") return false;
    if (this.state === "content") {
      parsed.push({ type: "content", text: this.held });
      this.held = "";
      return false;
    }
    const separators = this.state === "calls" ? /^[\s;]+/ : /^\s+/;
    const rest = withoutTags(this.held.replace(separators, ""));
    if (rest === "" || mayBecome(rest, TAGS)) return false;
    if (!rest.startsWith("{")) {
      this.state = "content";
      return true;
    }
    if (!this.lookAgain.isDue(rest.length)) return false;
    const end = objectEnd(rest);
    if (end === undefined) {
      this.lookAgain.later(rest.length);
      return false;
    }
    this.lookAgain.reset();
    const call = readToolCall(rest.slice(0, end), this.names);
    if (!call) {
      this.state = "content";
      return true;
    }
    if (call !== "unknown") parsed.push({ type: "toolCall", call });
    this.held = rest.slice(end);
    this.state = "calls";
    return true;
  }
}

function withoutTags(text: string): string {
  const begun = text.trimStart();
  const tag = TAGS.find((known) => begun.startsWith(known));
  return tag === undefined ? begun : withoutTags(begun.slice(tag.length));
}

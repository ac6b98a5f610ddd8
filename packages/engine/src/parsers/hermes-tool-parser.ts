import { objectEnd, possibleTagLength } from "./held-back.js";
import { LookAgain } from "./look-again.js";
import type { OutputParser, ParsedOutput } from "./output-parser.js";
import { readToolCall, type ToolNames } from "./tool-call-json.js";

const OPEN = "<tool_call>";
const CLOSE = "</tool_call>";

/**
 * Calls in the style of Hermes and Qwen: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, one after the other.
 * A call is given out when its object is complete. A call that is cut, can't be read or names an unknown tool is
 * swallowed, as a real server does.
 */
export class HermesToolParser implements OutputParser {
  private state: "content" | "call" | "after call" = "content";
  private held = "";
  /** White space in front of a call says nothing; only before other text is it part of the answer. */
  private atBeginning = true;

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
    while (this.state === "call") {
      // A quote is missing somewhere, or a bracket at the end of all.
      const close = this.held.indexOf(CLOSE);
      if (close < 0 && reason !== "stop") break;
      this.takeCall(close < 0 ? this.held.length : close, parsed);
      while (this.advance(parsed));
    }
    const rest = this.held;
    this.held = "";
    if (this.state !== "content" || rest.trim() === "") return parsed;
    return [...parsed, { type: "content", text: rest }];
  }

  /** Takes one step; `false` when more text is needed. */
  private advance(parsed: ParsedOutput[]): boolean {
    switch (this.state) {
      case "content":
        return this.readContent(parsed);
      case "call":
        return this.readCall(parsed);
      case "after call":
        return this.skipClosing();
    }
  }

  private readContent(parsed: ParsedOutput[]): boolean {
    if (this.atBeginning && this.held.trim() === "") return false;
    const begin = this.held.indexOf(OPEN);
    const length = begin >= 0 ? begin : this.held.length - possibleTagLength(this.held, OPEN);
    const text = this.held.slice(0, length);
    const isBlank = this.atBeginning && text.trim() === "";
    if (begin < 0 && isBlank) return false;
    if (text !== "" && !isBlank) {
      parsed.push({ type: "content", text });
      this.atBeginning = false;
    }
    this.held = this.held.slice(begin >= 0 ? begin + OPEN.length : length);
    if (begin >= 0) this.state = "call";
    return begin >= 0;
  }

  private readCall(parsed: ParsedOutput[]): boolean {
    if (!this.lookAgain.isDue(this.held.length)) return false;
    const start = this.held.search(/\S/);
    if (start < 0) return false;
    if (this.held[start] !== "{") return this.skipToClosing();
    const end = objectEnd(this.held.slice(start), [CLOSE]);
    if (end === undefined) {
      this.lookAgain.later(this.held.length);
      return false;
    }
    this.takeCall(start + end, parsed);
    return true;
  }

  private takeCall(end: number, parsed: ParsedOutput[]): void {
    this.lookAgain.reset();
    const call = readToolCall(this.held.slice(0, end), this.names);
    if (call && call !== "unknown") parsed.push({ type: "toolCall", call });
    this.held = this.held.slice(end);
    this.state = "after call";
  }

  /** What is no object is no call: it ends at its tag. */
  private skipToClosing(): boolean {
    const close = this.held.indexOf(CLOSE);
    if (close < 0) return false;
    this.held = this.held.slice(close);
    this.state = "after call";
    return true;
  }

  private skipClosing(): boolean {
    const rest = this.held.trimStart();
    if (rest === "" || (rest.length < CLOSE.length && CLOSE.startsWith(rest))) return false;
    this.held = rest.startsWith(CLOSE) ? rest.slice(CLOSE.length) : rest;
    this.state = "content";
    this.atBeginning = true;
    return true;
  }
}

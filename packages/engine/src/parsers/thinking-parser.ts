import { possibleTagLength } from "./held-back.js";
import type { OutputParser, ParsedOutput } from "./output-parser.js";

/** The tags around a thought. */
export interface ThinkingTags {
  open: string;
  close: string;
}

/** The tags that nearly all models use. */
export const THINK_TAGS: ThinkingTags = { open: "<think>", close: "</think>" };

/**
 * Separates a thought at the beginning of the output from the answer. White space after either tag is left out, as
 * Ollama does; output that does not begin with the tag is all answer.
 */
export class ThinkingParser implements OutputParser {
  private state: "opening" | "before thought" | "thought" | "before answer" | "answer";
  private held = "";

  /** @param opened - the prompt ended with the opening tag */
  constructor(
    private readonly tags: ThinkingTags = THINK_TAGS,
    opened = false,
  ) {
    this.state = opened ? "before thought" : "opening";
  }

  push(text: string): ParsedOutput[] {
    this.held += text;
    const parsed: ParsedOutput[] = [];
    while (this.advance(parsed));
    return parsed;
  }

  finish(): ParsedOutput[] {
    const rest = this.held;
    this.held = "";
    if (rest === "" || this.state === "before thought" || this.state === "before answer") return [];
    return [{ type: this.state === "thought" ? "thinking" : "content", text: rest }];
  }

  /** Takes one step; `false` when more text is needed. */
  private advance(parsed: ParsedOutput[]): boolean {
    if (this.held === "") return false;
    switch (this.state) {
      case "opening":
        return this.lookForOpening();
      case "before thought":
      case "before answer":
        this.held = this.held.trimStart();
        if (this.held === "") return false;
        this.state = this.state === "before thought" ? "thought" : "answer";
        return true;
      case "thought":
        return this.readThought(parsed);
      case "answer":
        parsed.push({ type: "content", text: this.held });
        this.held = "";
        return false;
    }
  }

  private lookForOpening(): boolean {
    const { open } = this.tags;
    const begun = this.held.trimStart();
    if (begun.startsWith(open)) {
      this.held = begun.slice(open.length);
      this.state = "before thought";
      return true;
    }
    if (open.startsWith(begun)) return false;
    this.state = "answer";
    return true;
  }

  private readThought(parsed: ParsedOutput[]): boolean {
    const { close } = this.tags;
    const end = this.held.indexOf(close);
    const length = end >= 0 ? end : this.held.length - possibleTagLength(this.held, close);
    if (length > 0) parsed.push({ type: "thinking", text: this.held.slice(0, length) });
    this.held = this.held.slice(end >= 0 ? end + close.length : length);
    if (end >= 0) this.state = "before answer";
    return end >= 0;
  }
}

import type { OutputParser, ParsedOutput } from "./output-parser.js";

/** One parser after the other: what the first takes for content, the second looks at. */
export class PipedParser implements OutputParser {
  constructor(
    private readonly first: OutputParser,
    private readonly second: OutputParser,
  ) {}

  push(text: string): ParsedOutput[] {
    return this.pass(this.first.push(text));
  }

  finish(reason: "stop" | "length" | "repeat"): ParsedOutput[] {
    return [...this.pass(this.first.finish(reason)), ...this.second.finish(reason)];
  }

  private pass(parsed: ParsedOutput[]): ParsedOutput[] {
    return parsed.flatMap((part) => (part.type === "content" ? this.second.push(part.text) : [part]));
  }
}

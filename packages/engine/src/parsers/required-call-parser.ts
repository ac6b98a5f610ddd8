import type { OutputParser, ParsedOutput } from "./output-parser.js";

/** Reads an answer that a grammar made a call, `{"name": …, "arguments": {…}}`; what was cut is no call, and no text. */
export class RequiredCallParser implements OutputParser {
  private text = "";

  push(text: string): ParsedOutput[] {
    this.text += text;
    return [];
  }

  finish(): ParsedOutput[] {
    try {
      const call = JSON.parse(this.text) as { name: string; arguments: Record<string, unknown> };
      return [{ type: "toolCall", call: { name: call.name, arguments: call.arguments } }];
    } catch {
      return [];
    }
  }
}

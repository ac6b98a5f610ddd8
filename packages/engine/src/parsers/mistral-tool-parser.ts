import { objectEnd, possibleTagLength } from "./held-back.js";
import type { OutputParser, ParsedOutput } from "./output-parser.js";
import { parseObject, readToolCall, type ToolNames } from "./tool-call-json.js";

const OPEN = "[TOOL_CALLS]";
/** The newer form, `name[ARGS]{…}` or `name{…}`. */
const NAMED = /^([\w.-]+)(?:\s*\[CALL_ID\]\w+)?(?:\s*\[ARGS\])?\s*(?=\{)/;

/**
 * Calls in the style of Mistral: `[TOOL_CALLS][{"name": …, "arguments": {…}}, …]`, and the newer
 * `[TOOL_CALLS]name[ARGS]{…}`. They end the answer: what follows the tag is calls or is left out.
 */
export class MistralToolParser implements OutputParser {
  private held = "";
  private calling = false;

  constructor(private readonly names: ToolNames) {}

  push(text: string): ParsedOutput[] {
    this.held += text;
    const parsed: ParsedOutput[] = [];
    if (!this.calling) this.readContent(parsed);
    if (this.calling) while (this.readCall(parsed));
    return parsed;
  }

  finish(): ParsedOutput[] {
    const rest = this.held;
    this.held = "";
    return this.calling || rest === "" ? [] : [{ type: "content", text: rest }];
  }

  private readContent(parsed: ParsedOutput[]): void {
    const begin = this.held.indexOf(OPEN);
    const length = begin >= 0 ? begin : this.held.length - possibleTagLength(this.held, OPEN);
    if (length > 0) parsed.push({ type: "content", text: this.held.slice(0, length) });
    this.held = this.held.slice(begin >= 0 ? begin + OPEN.length : length);
    this.calling = begin >= 0;
  }

  private readCall(parsed: ParsedOutput[]): boolean {
    const rest = this.held.replace(/^(?:\s|\[TOOL_CALLS\]|\[(?!T)|\]|,)+/, "");
    const name = NAMED.exec(rest);
    const start = name ? name[0].length : 0;
    if (rest[start] !== "{") return false;
    const end = objectEnd(rest, start);
    if (end < 0) return false;
    const json = rest.slice(start, end);
    const call = name ? this.namedCall(name[1] ?? "", json) : readToolCall(json, this.names);
    if (call && call !== "unknown") parsed.push({ type: "toolCall", call });
    this.held = rest.slice(end);
    return true;
  }

  private namedCall(name: string, json: string) {
    const args = parseObject(json);
    return args && this.names.has(name) ? { name, arguments: args } : undefined;
  }
}

import { possibleTagLength } from "./held-back.js";
import { parseLoosely } from "./json-calls.js";
import type { OutputParser, ParsedOutput } from "./output-parser.js";

const MARK = ">>>";

/**
 * Separates the messages of Functionary 3.2: each begins with `>>>` and whom it is for, `all` or a tool, in a line of
 * its own. The prompt ends with the first mark.
 */
export class FunctionaryParser implements OutputParser {
  #held = "";
  /** Whom the message is for; absent in its first line. */
  #recipient: string | undefined;

  push(text: string): ParsedOutput[] {
    this.#held += text;
    const parsed: ParsedOutput[] = [];
    while (this.#advance(parsed, undefined));
    return parsed;
  }

  finish(reason: "stop" | "length" | "repeat"): ParsedOutput[] {
    const parsed: ParsedOutput[] = [];
    while (this.#advance(parsed, reason));
    return parsed;
  }

  /** Takes one step; `false` when more text is needed. */
  #advance(parsed: ParsedOutput[], ending: string | undefined): boolean {
    if (this.#held === "") return false;
    if (this.#recipient === undefined) return this.#readRecipient();
    const end = this.#held.indexOf(MARK);
    const isOver = end >= 0 || ending !== undefined;
    if (this.#recipient !== "all" && !isOver) return false;
    const sure = this.#held.length - (isOver ? 0 : possibleTagLength(this.#held, MARK));
    const text = this.#held.slice(0, end < 0 ? sure : end);
    if (this.#recipient === "all") {
      if (text !== "") parsed.push({ type: "content", text });
    } else this.#readCall(this.#recipient, text, parsed, end >= 0 || ending === "stop");
    this.#held = this.#held.slice(text.length);
    if (end < 0) return false;
    this.#held = this.#held.slice(MARK.length);
    this.#recipient = undefined;
    return true;
  }

  #readRecipient(): boolean {
    const line = this.#held.indexOf("\n");
    if (line < 0) return false;
    this.#recipient = this.#held.slice(0, line).replace(MARK, "").trim();
    this.#held = this.#held.slice(line + 1);
    return true;
  }

  #readCall(name: string, text: string, parsed: ParsedOutput[], isWhole: boolean): void {
    const input = isWhole || text.trimEnd().endsWith("}") ? parseLoosely(text.trim()) : undefined;
    if (typeof input !== "object" || input === null || Array.isArray(input)) return;
    parsed.push({ type: "toolCall", call: { name, arguments: { ...input } } });
  }
}

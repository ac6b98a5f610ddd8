/** A tool call that a parser found in a model's output. */
export interface ParsedToolCall {
  name: string;
  arguments: Record<string, unknown>;
}

/** A piece of output after parsing. */
export type ParsedOutput =
  | { type: "content"; text: string }
  | { type: "thinking"; text: string }
  | { type: "toolCall"; call: ParsedToolCall };

/**
 * Separates a model's raw output into answer, thinking and tool calls while it streams. A parser holds back what may
 * still become a tag; `finish` gives out what it held. One instance serves one generation.
 */
export interface OutputParser {
  push(text: string): ParsedOutput[];
  finish(reason: "stop" | "length" | "repeat"): ParsedOutput[];
}

/** Every piece of text is content: for models that neither think nor call tools. */
export class PlainParser implements OutputParser {
  push(text: string): ParsedOutput[] {
    return text === "" ? [] : [{ type: "content", text }];
  }

  finish(): ParsedOutput[] {
    return [];
  }
}

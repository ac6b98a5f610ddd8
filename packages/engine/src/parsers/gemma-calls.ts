import { type CallReader, findTag, findTagOutside, over } from "./call-reader.js";
import { readLooseValue } from "./loose-value.js";
import type { ParsedToolCall } from "./output-parser.js";

/** How texts are quoted, and what ends a call. */
export interface GemmaCallSyntax {
  quote: string;
  close: string;
}

const HEAD = /^\s*(?:call:\s*)?([^\s{]+)\s*(?=\{)/;

/** Reads calls in the style of Gemma: `call:name{key:value,…}`, where texts stand between marks of their own. */
export function gemmaCalls({ quote, close }: GemmaCallSyntax): CallReader {
  return (text, { ending }) => {
    const isOver = ending !== undefined;
    const end = findTagOutside(text, [close], [quote, quote]) ?? (isOver ? findTag(text, [close]) : undefined);
    if (end !== undefined) return over(end.at + close.length, readBody(text.slice(0, end.at), quote));
    if (ending !== "stop") return undefined;
    // The model left out the closing tag.
    return over(text.length, readBody(text, quote));
  };
}

function readBody(text: string, rawQuote: string): ParsedToolCall[] {
  const head = HEAD.exec(text);
  const name = head?.[1];
  if (head === null || name === undefined) return [];
  const found = readLooseValue(text, head[0].length, { rawQuote });
  const input = found?.value;
  if (typeof input !== "object" || input === null || Array.isArray(input)) return [];
  return [{ name, arguments: { ...input } }];
}

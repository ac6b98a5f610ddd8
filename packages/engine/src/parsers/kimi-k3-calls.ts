import { type CallReader, findTagOutside, over } from "./call-reader.js";
import { parseLoosely } from "./json-calls.js";
import type { ParsedToolCall } from "./output-parser.js";

const SEPARATOR = "<|sep|>";
const CLOSE = `<|close|>call${SEPARATOR}`;
const ARGUMENT = "<|open|>argument ";
const ARGUMENT_END = `<|close|>argument${SEPARATOR}`;

/** Reads a call in the style of Kimi K3, from the name of its tool on: it may be followed by further ones. */
export function kimiK3Calls(): CallReader {
  return (text, { ending }) => {
    const end = findTagOutside(text, [CLOSE], [ARGUMENT, ARGUMENT_END]);
    if (end !== undefined) return over(end.at + CLOSE.length, readCall(text.slice(0, end.at)));
    // Only the closing tag is missing when the last argument is whole.
    const isWhole = ending === "stop" && text.trimEnd().endsWith(ARGUMENT_END);
    return isWhole ? over(text.length, readCall(text)) : undefined;
  };
}

function readCall(text: string): ParsedToolCall[] {
  const name = text.split('"')[0] ?? "";
  if (name === "") return [];
  const args = text
    .split(ARGUMENT)
    .slice(1)
    .map((argument) => {
      const [head = "", ...rest] = (argument.split(ARGUMENT_END)[0] ?? "").split(SEPARATOR);
      const [, key = "", , type = "string"] = head.split('"');
      const value = rest.join(SEPARATOR);
      return [key, type === "string" ? value : (parseLoosely(value) ?? null)] as const;
    });
  return [{ name, arguments: Object.fromEntries(args) }];
}

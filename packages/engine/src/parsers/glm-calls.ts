import { type CallReader, going, over } from "./call-reader.js";
import { parseLoosely, toCalls } from "./json-calls.js";
import type { OfferedTools } from "./offered-tools.js";
import type { ParsedToolCall } from "./output-parser.js";

const CLOSE = "</tool_call>";
/** A closing tag inside of a value has more of the value behind it. */
const END_AFTER_VALUE = /<\/arg_value>\s*<\/tool_call>|<\/tool_call>(?=\s*<tool_call>)/g;
const FIRST_TAG = /<(?:\/tool_call|\/?arg_key|\/?arg_value)>/;

/** Reads calls in the style of GLM: a name, and `<arg_key>…</arg_key><arg_value>…</arg_value>` for each argument. */
export function glmCalls(tools: OfferedTools): CallReader {
  return (text, { ending }) => {
    const end = endOf(text) ?? (ending === undefined ? undefined : lastEnd(text));
    if (end === undefined) {
      // Only the closing tag is missing when the last argument is whole.
      const isWhole = ending === "stop" && /<\/arg_value>\s*$/.test(text);
      return isWhole ? over(text.length, readBody(text, tools)) : ending && going(text.length);
    }
    return over(end, readBody(text.slice(0, end - CLOSE.length), tools));
  };
}

/** Where the tag ends that closes a call. */
function endOf(text: string): number | undefined {
  const first = FIRST_TAG.exec(text);
  if (first?.[0] === CLOSE) return first.index + CLOSE.length;
  END_AFTER_VALUE.lastIndex = 0;
  const found = END_AFTER_VALUE.exec(text);
  return found === null ? undefined : found.index + found[0].length;
}

function lastEnd(text: string): number | undefined {
  const at = text.indexOf(CLOSE);
  return at < 0 ? undefined : at + CLOSE.length;
}

function readBody(body: string, tools: OfferedTools): ParsedToolCall[] {
  const text = body.trim();
  if (text.startsWith("{")) return toCalls(parseLoosely(text));
  const name = /^[^\s<]+/.exec(text)?.[0];
  if (name === undefined) return [];
  const args = argumentsOf(text.slice(name.length)).map(
    ([key, value]) => [key, tools.argument(name, key, value)] as const,
  );
  return [{ name, arguments: Object.fromEntries(args) }];
}

const ARGUMENT_TAG = /<\/?arg_(?:key|value)>/;

/** Keys and values in turn: which of their tags are there does not matter. */
function argumentsOf(text: string): [key: string, value: string][] {
  const found: [string, string][] = [];
  let isValue = false;
  let key = "";
  for (let rest = text; ; ) {
    const tag = ARGUMENT_TAG.exec(rest);
    const before = rest.slice(0, tag?.index);
    if (isValue) found.push([key, before]);
    else if (before.trim() !== "") key = before.trim();
    if (tag === null) return found;
    isValue = tag[0] === "<arg_value>";
    rest = rest.slice(tag.index + tag[0].length);
  }
}

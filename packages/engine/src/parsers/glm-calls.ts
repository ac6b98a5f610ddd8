import { type CallReader, findTag, going, over } from "./call-reader.js";
import { parseLoosely, toCalls } from "./json-calls.js";
import type { OfferedTools } from "./offered-tools.js";
import type { ParsedToolCall } from "./output-parser.js";

/** The tags, which some models write with a suffix: `<arg_key:opensource>`. */
interface GlmTags {
  close: string;
  open: string;
  keyOpen: string;
  keyClose: string;
  valueOpen: string;
  valueClose: string;
}

function tagsWith(suffix: string): GlmTags {
  return {
    close: `</tool_call${suffix}>`,
    open: `<tool_call${suffix}>`,
    keyOpen: `<arg_key${suffix}>`,
    keyClose: `</arg_key${suffix}>`,
    valueOpen: `<arg_value${suffix}>`,
    valueClose: `</arg_value${suffix}>`,
  };
}

/** Reads calls in the style of GLM: a name, and `<arg_key>…</arg_key><arg_value>…</arg_value>` for each argument. */
export function glmCalls(tools: OfferedTools, suffix = ""): CallReader {
  const tags = tagsWith(suffix);
  return (text, { ending }) => {
    const end = endOf(text, tags) ?? (ending === undefined ? undefined : lastEnd(text, tags));
    if (end === undefined) {
      // Only the closing tag is missing when the last argument is whole.
      const isWhole = ending === "stop" && text.trimEnd().endsWith(tags.valueClose);
      return isWhole ? over(text.length, readBody(text, tags, tools)) : ending && going(text.length);
    }
    return over(end, readBody(text.slice(0, end - tags.close.length), tags, tools));
  };
}

/** Where the tag ends that closes a call. One inside of a value has more of the value behind it. */
function endOf(text: string, { close, open, valueOpen, valueClose }: GlmTags): number | undefined {
  const value = text.indexOf(valueOpen);
  for (let at = text.indexOf(close); at >= 0; at = text.indexOf(close, at + close.length)) {
    const end = at + close.length;
    const isOutside = value < 0 || at < value || text.slice(0, at).trimEnd().endsWith(valueClose);
    if (isOutside || text.slice(end).trimStart().startsWith(open)) return end;
  }
  return undefined;
}

function lastEnd(text: string, { close }: GlmTags): number | undefined {
  const at = text.indexOf(close);
  return at < 0 ? undefined : at + close.length;
}

function readBody(body: string, tags: GlmTags, tools: OfferedTools): ParsedToolCall[] {
  const text = body.trim();
  if (text.startsWith("{")) return toCalls(parseLoosely(text));
  const name = /^[^\s<]+/.exec(text)?.[0];
  if (name === undefined) return [];
  const args = argumentsOf(text.slice(name.length), tags).map(
    ([key, value]) => [key, tools.argument(name, key, value)] as const,
  );
  return [{ name, arguments: Object.fromEntries(args) }];
}

/** Keys and values in turn: which of their tags are there does not matter. */
function argumentsOf(text: string, { keyOpen, keyClose, valueOpen, valueClose }: GlmTags): [string, string][] {
  const found: [key: string, value: string][] = [];
  let isValue = false;
  let key = "";
  for (let rest = text; ; ) {
    const tag = findTag(rest, [keyOpen, keyClose, valueOpen, valueClose]);
    const before = rest.slice(0, tag?.at);
    if (isValue) found.push([key, before]);
    else if (before.trim() !== "") key = before.trim();
    if (tag === undefined) return found;
    isValue = tag.tag === valueOpen;
    rest = rest.slice(tag.at + tag.tag.length);
  }
}

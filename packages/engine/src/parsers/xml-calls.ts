import { type CallReader, type CallStep, findTag, going, mayBecome, over } from "./call-reader.js";
import { parseLoosely, toCalls } from "./json-calls.js";
import type { OfferedTools } from "./offered-tools.js";
import type { ParsedToolCall } from "./output-parser.js";

/** How a family writes calls as elements, one for the call and one for each argument. */
export interface XmlCallSyntax {
  /** The element of a call, such as `function`, and what stands before it in the tag. */
  call: string;
  prefix?: string;
  /** The element of an argument; `parameter` in nearly all families. */
  parameter?: string;
  /** What ends the calls. */
  close: string;
  tools: OfferedTools;
}

/**
 * Reads calls written as elements: `<function=name><parameter=key>value</parameter></function>`, or with
 * `name="…"` in the tag. A value is what the tool declares; `string="true"` and `string="false"` in the tag say it too.
 */
export function xmlCalls({ call, prefix = "", parameter = "parameter", close, tools }: XmlCallSyntax): CallReader {
  const marks = marksOf({ call: `${prefix}${call}`, parameter: `${prefix}${parameter}`, close });
  return (text, { count, ending }) => {
    const at = text.length - text.trimStart().length;
    const rest = text.slice(at);
    if (rest.startsWith(close)) return over(at + close.length);
    const isPartial = rest === "" || mayBecome(rest, [close, marks.call]);
    if (isPartial && ending === undefined) return undefined;
    if (rest.startsWith(marks.call)) {
      const read = readCall(rest, marks, tools, ending === "stop");
      if (read === undefined) return ending === undefined ? undefined : over(text.length);
      return going(at + read.length, read.call === undefined ? [] : [read.call]);
    }
    if (count > 0) return over(at);
    return readOther(rest, { close, at, isLast: ending !== undefined });
  };
}

/** The tags of one family. */
interface Marks {
  call: string;
  parameter: string;
  callEnd: string;
  parameterEnd: string;
  close: string;
}

function marksOf({ call, parameter, close }: { call: string; parameter: string; close: string }): Marks {
  return {
    call: `<${call}`,
    parameter: `<${parameter}`,
    callEnd: `</${call}>`,
    parameterEnd: `</${parameter}>`,
    close,
  };
}

/** An opening tag: `<function=name>`, or `<invoke name="…" …>`. */
interface OpeningTag {
  name: string;
  /** What stands between the quotes of its further attributes, by their names. */
  attributes: ReadonlyMap<string, string>;
  end: number;
}

function readTag(text: string, start: string, at: number): OpeningTag | undefined {
  const end = text.startsWith(start, at) ? text.indexOf(">", at) : -1;
  const body = end < 0 ? "" : text.slice(at + start.length, end);
  if (body.startsWith("=")) {
    const name = body.slice(1).trim().replaceAll('"', "");
    return name === "" || name.includes("\n") ? undefined : { name, attributes: new Map(), end: end + 1 };
  }
  const parts = body.split('"');
  const attributes = new Map<string, string>();
  for (let index = 0; index + 1 < parts.length; index += 2) {
    attributes.set((parts[index] ?? "").replace("=", "").trim(), parts[index + 1] ?? "");
  }
  const name = attributes.get("name")?.trim();
  return name === undefined || name === "" ? undefined : { name, attributes, end: end + 1 };
}

interface ReadCall {
  call: ParsedToolCall | undefined;
  length: number;
}

function readCall(text: string, marks: Marks, tools: OfferedTools, isWhole: boolean): ReadCall | undefined {
  const head = readTag(text, marks.call, 0);
  if (head === undefined) return undefined;
  const { name } = head;
  const values: [string, unknown][] = [];
  let at = head.end;
  for (;;) {
    const tag = readTag(text, marks.parameter, afterSpace(text, at));
    if (tag === undefined) break;
    const end = valueEnd(text, tag.end, marks, isWhole);
    if (end === undefined) return undefined;
    const value = withoutLineBreaks(text.slice(tag.end, end.at));
    values.push([tag.name, argumentOf(value, tag, () => tools.argument(name, tag.name, value))]);
    at = end.at + end.length;
  }
  return endOfCall(text, at, marks, isWhole, { name, arguments: Object.fromEntries(values) });
}

function endOfCall(text: string, at: number, marks: Marks, isWhole: boolean, call: ParsedToolCall) {
  const behind = afterSpace(text, at);
  const rest = text.slice(behind);
  if (rest.startsWith(marks.callEnd)) return { call, length: behind + marks.callEnd.length };
  if (rest.startsWith(marks.close)) return { call, length: behind };
  if (rest === "" || mayBecome(rest, [marks.callEnd, marks.close]) || rest.startsWith("<")) {
    return isWhole ? { call, length: text.length } : undefined;
  }
  // Between the tags stands an object with the arguments.
  const found = findTag(text, [marks.callEnd, marks.close], at);
  if (found === undefined) return undefined;
  const input = parseLoosely(text.slice(at, found.at));
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  const length = found.at + (found.tag === marks.callEnd ? marks.callEnd.length : 0);
  return { call: isObject ? { ...call, arguments: { ...input } } : undefined, length };
}

/** Where a value ends: at its tag, or at what can only stand behind it when the tag was forgotten. */
function valueEnd(text: string, start: number, marks: Marks, isWhole: boolean) {
  const tags = [marks.parameterEnd, marks.callEnd, `${marks.parameter}=`];
  for (let from = start; ; ) {
    const found = findTag(text, tags, from);
    if (found === undefined) break;
    const isEnd = endsValue(text, found, marks);
    if (isEnd === "more" && !isWhole) return undefined;
    const length = found.tag === marks.parameterEnd ? found.tag.length : 0;
    if (isEnd === true) return { at: found.at, length };
    from = found.at + found.tag.length;
  }
  if (!isWhole) return undefined;
  // Nothing more comes: the tag that is there ends the value.
  const tag = findTag(text, [marks.parameterEnd, marks.callEnd, marks.close], start);
  return tag && { at: tag.at, length: tag.tag === marks.parameterEnd ? tag.tag.length : 0 };
}

/** A tag inside of a value has more of the value behind it; `more` when that is not known yet. */
function endsValue(text: string, { at, tag }: { at: number; tag: string }, marks: Marks): boolean | "more" {
  if (tag !== marks.parameterEnd && tag !== marks.callEnd) {
    const end = text.indexOf(">", at);
    if (end < 0 || end + 1 === text.length) return "more";
    return text[end + 1] === "\n" && !text.slice(at, end).includes("\n");
  }
  const behind = text.slice(afterSpace(text, at + tag.length));
  const followers =
    tag === marks.parameterEnd ? [marks.parameter, marks.callEnd, marks.close] : [marks.call, marks.close];
  if (followers.some((follower) => behind.startsWith(follower))) return true;
  return behind === "" || mayBecome(behind, followers) ? "more" : false;
}

/** Some models write JSON between these tags as well; anything else is no call. */
function readOther(
  text: string,
  { close, at, isLast }: { close: string; at: number; isLast: boolean },
): CallStep | undefined {
  const found = findTag(text, [close]);
  if (found === undefined && !isLast) return undefined;
  const body = found === undefined ? text : text.slice(0, found.at);
  return over(at + body.length + (found?.tag.length ?? 0), toCalls(parseLoosely(body)));
}

function argumentOf(text: string, { attributes }: OpeningTag, declared: () => unknown): unknown {
  const isText = attributes.get("string");
  if (isText === "true") return text;
  return isText === "false" ? (parseLoosely(text) ?? null) : declared();
}

/** The line breaks next to the tags are no part of a value, nor is what marks it as plain text. */
function withoutLineBreaks(text: string): string {
  if (text.startsWith("<![CDATA[") && text.endsWith("]]>")) return text.slice("<![CDATA[".length, -"]]>".length);
  return text.replace(/^\n/, "").replace(/\n$/, "");
}

function afterSpace(text: string, at: number): number {
  let end = at;
  while (end < text.length && (text[end] ?? "").trim() === "") end++;
  return end;
}

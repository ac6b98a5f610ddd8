import { type CallReader, type CallStep, findTag, going, mayBecome, over } from "./call-reader.js";
import { parseLoosely, toCalls } from "./json-calls.js";
import type { OfferedTools } from "./offered-tools.js";
import type { ParsedToolCall } from "./output-parser.js";

/** How a family writes calls as elements, one for the call and one for each argument. */
export interface XmlCallSyntax {
  /** The element of a call, such as `function`, and what stands before it in the tag. */
  call: string;
  prefix?: string;
  /** What ends the calls. */
  close: string;
  tools: OfferedTools;
}

/**
 * Reads calls written as elements: `<function=name><parameter=key>value</parameter></function>`, or with
 * `name="…"` in the tag. A value is what the tool declares; `string="true"` and `string="false"` in the tag say it too.
 */
export function xmlCalls({ call, prefix = "", close, tools }: XmlCallSyntax): CallReader {
  const marks = marksOf(prefix, call, close);
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

interface Marks {
  call: string;
  head: RegExp;
  parameter: RegExp;
  /** What ends a value: its own tag, or what can only stand behind it. */
  valueEnd: RegExp;
  parameterEnd: string;
  end: string;
  close: string;
}

function marksOf(prefix: string, call: string, close: string): Marks {
  const tag = escaped(`${prefix}${call}`);
  const parameter = escaped(`${prefix}parameter`);
  const shut = escaped(close);
  const named = `(?:=\\s*"?([^">\\n]+?)"?|\\s+name\\s*=\\s*"([^"]*)")`;
  const endParameter = `</${parameter}>`;
  const endCall = `</${tag}>`;
  return {
    call: `<${prefix}${call}`,
    head: new RegExp(`<${tag}${named}\\s*>`, "y"),
    parameter: new RegExp(`\\s*<${parameter}${named}((?:\\s+[\\w-]+="[^"]*")*)\\s*>`, "y"),
    valueEnd: new RegExp(
      `${endParameter}(?=\\s*(?:<${parameter}[\\s=]|${endCall}|${shut}))|(?=\\s*${endCall}\\s*(?:${shut}|<${tag}[\\s=]))|(?=<${parameter}=[^>\\n]+>\\n)`,
      "g",
    ),
    parameterEnd: `</${prefix}parameter>`,
    end: `</${prefix}${call}>`,
    close,
  };
}

interface ReadCall {
  call: ParsedToolCall | undefined;
  length: number;
}

function readCall(text: string, marks: Marks, tools: OfferedTools, isWhole: boolean): ReadCall | undefined {
  const head = match(marks.head, text, 0);
  if (head === undefined) return undefined;
  const name = (head[1] ?? head[2] ?? "").trim();
  const values: [string, unknown][] = [];
  let at = head[0].length;
  for (;;) {
    const parameter = match(marks.parameter, text, at);
    if (parameter === undefined) break;
    const start = at + parameter[0].length;
    const end = valueEnd(text, start, marks, isWhole);
    if (end === undefined) return undefined;
    const key = (parameter[1] ?? parameter[2] ?? "").trim();
    const value = withoutLineBreaks(text.slice(start, end.at));
    values.push([key, argumentOf(value, parameter[3] ?? "", () => tools.argument(name, key, value))]);
    at = end.at + end.length;
  }
  return endOfCall(text, at, marks, isWhole, { name, arguments: Object.fromEntries(values) });
}

function endOfCall(text: string, at: number, marks: Marks, isWhole: boolean, call: ParsedToolCall) {
  const rest = text.slice(at).trimStart();
  const behind = text.length - rest.length;
  if (rest.startsWith(marks.end)) return { call, length: behind + marks.end.length };
  if (rest.startsWith(marks.close)) return { call, length: behind };
  if (rest === "" || mayBecome(rest, [marks.end, marks.close]) || rest.startsWith("<")) {
    return isWhole ? { call, length: text.length } : undefined;
  }
  // Between the tags stands an object with the arguments.
  const found = findTag(text, [marks.end, marks.close], at);
  if (found === undefined) return undefined;
  const input = parseLoosely(text.slice(at, found.at));
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  const length = found.at + (found.tag === marks.end ? marks.end.length : 0);
  return { call: isObject ? { ...call, arguments: { ...input } } : undefined, length };
}

function valueEnd(text: string, start: number, marks: Marks, isWhole: boolean) {
  marks.valueEnd.lastIndex = start;
  const found = marks.valueEnd.exec(text);
  if (found !== null) return { at: found.index, length: found[0].length };
  if (!isWhole) return undefined;
  // Nothing more comes: the tag that is there ends the value.
  const tag = findTag(text, [marks.parameterEnd, marks.end, marks.close], start);
  return tag && { at: tag.at, length: tag.tag === marks.parameterEnd ? tag.tag.length : 0 };
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

function argumentOf(text: string, attributes: string, declared: () => unknown): unknown {
  if (attributes.includes('string="true"')) return text;
  if (!attributes.includes('string="false"')) return declared();
  return parseLoosely(text) ?? null;
}

/** The line breaks next to the tags are no part of a value. */
function withoutLineBreaks(text: string): string {
  return text.replace(/^\n/, "").replace(/\n$/, "");
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

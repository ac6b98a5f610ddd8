import { type CallReader, findTagOutside, over } from "./call-reader.js";
import { parseLoosely, toCalls } from "./json-calls.js";
import { readLooseValue } from "./loose-value.js";
import type { ParsedToolCall } from "./output-parser.js";

/** Reads calls written as Python: `[name(key="value", …), …]`, up to a closing tag. */
export function pythonCalls(close: string): CallReader {
  return (text, { ending }) => {
    const end = findTagOutside(text, [close], ['"', '"']) ?? (ending && findTagOutside(text, [close], ["\0", "\0"]));
    if (end !== undefined) return over(end.at + close.length, readCalls(text.slice(0, end.at)));
    return ending === "stop" ? over(text.length, readCalls(text)) : undefined;
  };
}

const HEAD = /[\s,;[\]]*([\w.-]+)\s*\(/y;
const KEY = /[\s,]*(\w+)\s*=\s*/y;

function readCalls(text: string): ParsedToolCall[] {
  if (/^\s*(?:\[\s*)?\{/.test(text)) return toCalls(parseLoosely(text));
  const calls: ParsedToolCall[] = [];
  HEAD.lastIndex = 0;
  for (let head = HEAD.exec(text); head !== null; head = HEAD.exec(text)) {
    const read = readArguments(text, HEAD.lastIndex);
    if (read === undefined) break;
    calls.push({ name: head[1] ?? "", arguments: read.input });
    HEAD.lastIndex = read.end;
  }
  return calls;
}

function readArguments(text: string, start: number): { input: Record<string, unknown>; end: number } | undefined {
  const input: [string, unknown][] = [];
  let at = start;
  for (;;) {
    const closing = /^[\s,]*\)/.exec(text.slice(at));
    if (closing !== null) return { input: Object.fromEntries(input), end: at + closing[0].length };
    KEY.lastIndex = at;
    const key = KEY.exec(text)?.[1];
    const read = key === undefined ? undefined : readLooseValue(text, KEY.lastIndex);
    if (key === undefined || read === undefined || read.unclosed > 0) return undefined;
    input.push([key, read.value]);
    at = read.end;
  }
}

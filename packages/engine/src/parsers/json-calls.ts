import { type CallPlace, type CallReader, type CallStep, findTag, going, mayBecome, over } from "./call-reader.js";
import { objectEnd } from "./held-back.js";
import { readLooseValue } from "./loose-value.js";
import type { ParsedToolCall } from "./output-parser.js";

/** How a family writes calls in JSON. */
export interface JsonCallSyntax {
  /** What ends the calls. Without it they end where something else than a call begins. */
  closes?: readonly string[];
  /** What stands around and between calls, besides white space, commas, semicolons and square brackets. */
  between?: readonly string[];
  /** Finds the name of a tool in the text before its arguments, where it is not inside of the object. */
  name?: RegExp;
}

const SEPARATOR = /^[\s,;[\]]/;
const LONGEST_TAG = 64;

/** Reads calls in JSON: `{"name": …, "arguments": {…}}`, one or many, in a list or not, or a name and its arguments. */
export function jsonCalls({ closes = [], between = [], name }: JsonCallSyntax): CallReader {
  const skipped = [...closes, ...between];
  return (text, place) => {
    const { at, close } = skipSeparators(text, closes, between);
    if (close !== undefined) return over(at + close.length);
    const rest = text.slice(at);
    if (place.ending === undefined && (rest === "" || mayBecome(rest, skipped))) return undefined;
    if (rest === "") return over(text.length);
    if (rest.startsWith("{")) return shift(readObject(rest, closes, place, toCalls), at);
    const named = name === undefined ? undefined : readNamed(rest, { closes, name, place });
    if (named !== undefined) return named === "more" ? undefined : shift(named, at);
    // After a call the answer may go on without a closing tag; before one there was never a call.
    if (place.count > 0 || closes.length === 0) return over(at);
    return skipToClose(rest, closes, place, at);
  };
}

/** The calls that a value holds: one, a list of some, or an object around one. */
export function toCalls(value: unknown): ParsedToolCall[] {
  if (Array.isArray(value)) return value.flatMap(toCalls);
  if (!isObject(value)) return [];
  const inner = isObject(value.function) ? value.function : value;
  const name = ["name", "tool_name", "function", "tool"].map((key) => inner[key]).find(isText);
  if (name === undefined) return namedByKeys(inner);
  const given = ["arguments", "parameters", "args", "input"].map((key) => inner[key]).find((input) => input != null);
  const input = typeof given === "string" ? parseLoosely(given) : given;
  if (input === undefined) return [{ name, arguments: {} }];
  return isObject(input) ? [{ name, arguments: input }] : [];
}

/** Apertus writes the name of a tool as the only key, and its arguments behind it. */
function namedByKeys(value: Record<string, unknown>): ParsedToolCall[] {
  const [[name, input] = ["", undefined], ...more] = Object.entries(value);
  return more.length === 0 && isObject(input) ? [{ name, arguments: input }] : [];
}

/** Goes over what stands between calls, up to a closing tag, or to what may still become a tag. */
function skipSeparators(
  text: string,
  closes: readonly string[],
  between: readonly string[],
): { at: number; close?: string } {
  const tags = [...closes, ...between];
  for (let at = 0; ; ) {
    const rest = text.slice(at, at + LONGEST_TAG);
    const close = closes.find((tag) => rest.startsWith(tag));
    if (close !== undefined) return { at, close };
    const tag = between.find((known) => rest.startsWith(known));
    if (tag !== undefined) at += tag.length;
    else if (SEPARATOR.test(rest) && !mayBecome(text.slice(at), tags)) at++;
    else return { at };
  }
}

type Interpret = (value: unknown) => readonly ParsedToolCall[];

/** Reads the object that a text begins with. */
function readObject(
  text: string,
  closes: readonly string[],
  { ending }: CallPlace,
  interpret: Interpret,
): CallStep | undefined {
  const end = objectEnd(text, closes);
  if (end !== undefined) return going(end, interpret(parseLoosely(text.slice(0, end))));
  if (ending === undefined) return undefined;
  // A quote is missing somewhere, or a bracket at the end of all.
  const close = findTag(text, closes);
  const body = close === undefined ? text : text.slice(0, close.at);
  const loose = close !== undefined || ending === "stop" ? readLooseValue(body) : undefined;
  return over(body.length + (close?.tag.length ?? 0), loose === undefined ? [] : interpret(loose.value));
}

function readNamed(
  text: string,
  { closes, name, place }: { closes: readonly string[]; name: RegExp; place: CallPlace },
): CallStep | "more" | undefined {
  const brace = text.indexOf("{");
  const close = findTag(text, closes);
  const isBare = close !== undefined && (brace < 0 || close.at < brace);
  if (brace < 0 && !isBare && place.ending === undefined) return "more";
  const head = isBare ? text.slice(0, close.at) : brace < 0 ? text : text.slice(0, brace);
  const tool = name.exec(head)?.[1];
  if (tool === undefined) return undefined;
  // A tool without parameters may be called without arguments.
  if (isBare) return going(close.at, [{ name: tool, arguments: {} }]);
  if (brace < 0 && head.trim() === tool) return undefined;
  if (brace < 0) return over(text.length, place.ending === "stop" ? [{ name: tool, arguments: {} }] : []);
  const step = readObject(text.slice(brace), closes, place, (value) =>
    isObject(value) ? [{ name: tool, arguments: value }] : [],
  );
  return step === undefined ? "more" : shift(step, brace);
}

/** What is no object is no call: it ends at its tag. */
function skipToClose(
  text: string,
  closes: readonly string[],
  { ending }: CallPlace,
  skipped: number,
): CallStep | undefined {
  const found = findTag(text, closes);
  if (found !== undefined) return over(skipped + found.at + found.tag.length);
  return ending === undefined ? undefined : over(skipped + text.length);
}

function shift(step: CallStep | undefined, by: number): CallStep | undefined {
  return step && { ...step, length: step.length + by };
}

/** Parses JSON, or what looks like broken JSON; nothing when it is neither. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return readLooseValue(text)?.value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

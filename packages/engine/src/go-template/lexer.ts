import { TemplateError } from "./template-error.js";

/** A word inside an action. */
export type Token =
  | { kind: "field" | "variable" | "identifier" | "operator"; text: string; isAfterSpace: boolean }
  | { kind: "string"; value: string; isAfterSpace: boolean }
  | { kind: "number"; value: number; isAfterSpace: boolean };

/** Text between actions, or an action's words with the line that it is on. */
export type Part = { type: "text"; text: string } | { type: "action"; tokens: Token[]; line: number };

const OPEN = "{{";
const SPACE_AFTER = /^[ \t\r\n]+/;
const TOKEN =
  /(\s+)|(\.[\p{L}_][\p{L}\p{N}_]*)|(\$[\p{L}\p{N}_]*)|([\p{L}_][\p{L}\p{N}_]*)|("(?:[^"\\\n]|\\.)*")|(`[^`]*`)|('(?:[^'\\\n]|\\.)+')|([+-]?(?:0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+))|(:=|[=|().,])/uy;

/**
 * Cuts a template in texts and actions; `{{- ` and ` -}}` take the space beside them along, comments vanish.
 * @throws TemplateError
 */
export function readParts(source: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  let line = 1;
  let trimsNext = false;
  while (at <= source.length) {
    const open = source.indexOf(OPEN, at);
    let text = open < 0 ? source.slice(at) : source.slice(at, open);
    const lines = countLines(text);
    if (trimsNext) text = text.replace(SPACE_AFTER, "");
    const trimsText = open >= 0 && /^-\s/.test(source.slice(open + 2, open + 4));
    if (trimsText) text = trimEnd(text);
    if (text !== "") parts.push({ type: "text", text });
    if (open < 0) break;
    line += lines;
    const start = open + OPEN.length + (trimsText ? 2 : 0);
    const action = readAction(source, start, line);
    line += countLines(source.slice(start, action.end));
    if (action.tokens !== undefined) parts.push({ type: "action", tokens: action.tokens, line });
    trimsNext = action.trimsNext;
    at = action.end;
  }
  return parts;
}

interface Action {
  /** Absent for a comment. */
  tokens?: Token[];
  trimsNext: boolean;
  /** Where the text after it begins. */
  end: number;
}

function readAction(source: string, start: number, line: number): Action {
  const comment = /^[ \t\r\n]*\/\*/.exec(source.slice(start, start + 64));
  if (comment !== null) return readComment(source, start + comment[0].length, line);
  const tokens: Token[] = [];
  let at = start;
  let isAfterSpace = true;
  for (;;) {
    const close = /^(\s-)?\}\}/.exec(source.slice(at, at + 4));
    if (close !== null) return { tokens, trimsNext: close[1] !== undefined, end: at + close[0].length };
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (match === null) throw unreadable(source, at, line);
    const [whole, space] = match;
    at += whole.length;
    if (space !== undefined) isAfterSpace = true;
    else {
      tokens.push(toToken(match, isAfterSpace, line));
      isAfterSpace = false;
    }
  }
}

function toToken(match: RegExpExecArray, isAfterSpace: boolean, line: number): Token {
  const [text, , field, variable, identifier, quoted, raw, char, number] = match;
  if (field !== undefined) return { kind: "field", text: field.slice(1), isAfterSpace };
  if (variable !== undefined) return { kind: "variable", text: variable, isAfterSpace };
  if (identifier !== undefined) return { kind: "identifier", text: identifier, isAfterSpace };
  if (quoted !== undefined) return { kind: "string", value: unquote(quoted, line), isAfterSpace };
  if (raw !== undefined) return { kind: "string", value: raw.slice(1, -1), isAfterSpace };
  if (char !== undefined) return { kind: "number", value: unquote(char, line).codePointAt(0) ?? 0, isAfterSpace };
  if (number !== undefined) return { kind: "number", value: Number(number.replaceAll("_", "")), isAfterSpace };
  return { kind: "operator", text, isAfterSpace };
}

function readComment(source: string, start: number, line: number): Action {
  const end = source.indexOf("*/", start);
  if (end < 0) throw new TemplateError("unclosed comment", { line });
  const close = /^(\s-)?\}\}/.exec(source.slice(end + 2, end + 6));
  if (close === null) throw new TemplateError("comment ends before closing delimiter", { line });
  return { trimsNext: close[1] !== undefined, end: end + 2 + close[0].length };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

function unquote(text: string, line: number): string {
  return text
    .slice(1, -1)
    .replace(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs,
      (whole, x, u, U, octal, one) => {
        const code = x ?? u ?? U;
        if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
        if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
        const escaped = ESCAPES[one];
        if (escaped === undefined) throw new TemplateError(`invalid syntax: ${whole}`, { line });
        return escaped;
      },
    );
}

function unreadable(source: string, at: number, line: number): TemplateError {
  const rest = source.slice(at);
  if (rest === "" || /^[^}]*$/.test(rest.slice(0, 1000))) return new TemplateError("unclosed action", { line });
  return new TemplateError(`unexpected ${JSON.stringify([...rest][0])} in command`, { line });
}

// A pattern that is anchored at the end would look at each of many spaces again.
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && " \t\r\n".includes(text[end - 1] ?? "")) end--;
  return text.slice(0, end);
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

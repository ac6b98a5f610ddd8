import { OllamaError } from "@codo/ollama-contract";
import type { Instruction } from "./modelfile.js";

const KNOWN = new Set([
  "from",
  "adapter",
  "template",
  "system",
  "license",
  "message",
  "parameter",
  "renderer",
  "parser",
  "requires",
]);

const TRIPLE = '"""';

/**
 * The instructions of a Modelfile in their order. A name in any case begins a line; its value is the rest of the line,
 * or stands in `"…"` or `"""…"""`, which may span lines; `#` begins a line of comment.
 * @throws OllamaError `INVALID_REQUEST` with the line's number
 */
export function readInstructions(text: string): Instruction[] {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const instructions: Instruction[] = [];
  let position = 0;
  let line = 1;
  while (position < source.length) {
    const end = endOfLine(source, position);
    const content = source.slice(position, end).trim();
    if (content === "" || content.startsWith("#")) {
      position = end + 1;
      line += 1;
      continue;
    }
    const { instruction, next } = readInstruction(source, position, line);
    instructions.push(instruction);
    line += countLines(source, position, next);
    position = next;
  }
  return instructions;
}

function readInstruction(source: string, start: number, line: number): { instruction: Instruction; next: number } {
  const nameStart = skipSpaces(source, start);
  const word = /^\S+/.exec(source.slice(nameStart, endOfLine(source, nameStart)))?.[0] ?? "";
  const name = word.toLowerCase();
  if (!KNOWN.has(name)) {
    throw modelfileError(
      line,
      `"${word}" is no instruction; the instructions are ${[...KNOWN].join(", ").toUpperCase()}`,
    );
  }
  const keyed = name === "parameter" || name === "message";
  let valueStart = skipSpaces(source, nameStart + word.length);
  let key = "";
  if (keyed) {
    key = /^\S+/.exec(source.slice(valueStart, endOfLine(source, valueStart)))?.[0] ?? "";
    if (key === "") throw modelfileError(line, `${word} needs a ${name === "message" ? "role" : "name"} and a value`);
    valueStart = skipSpaces(source, valueStart + key.length);
  }
  const { value, next } = readValue(source, valueStart, line);
  if (value === "" && source.slice(valueStart, next).trim() === "") throw modelfileError(line, `${word} needs a value`);
  return { instruction: { name, value: keyed ? `${key} ${value}` : value, line }, next };
}

function readValue(source: string, start: number, line: number): { value: string; next: number } {
  const quote = source.startsWith(TRIPLE, start) ? TRIPLE : source[start] === '"' ? '"' : "";
  const lineEnd = endOfLine(source, start);
  if (quote === "") return { value: source.slice(start, lineEnd).trim(), next: lineEnd + 1 };
  // A quoted value ends with the first quote that ends a line: quotes inside it need no escape.
  for (let end = endOfLine(source, start); ; end = endOfLine(source, end + 1)) {
    const content = source.slice(start, end).trimEnd();
    if (content.length >= quote.length * 2 && content.endsWith(quote)) {
      return { value: content.slice(quote.length, -quote.length), next: end + 1 };
    }
    if (end >= source.length) throw modelfileError(line, `the value that begins with ${quote} has no end`);
  }
}

function endOfLine(source: string, position: number): number {
  const end = source.indexOf("\n", position);
  return end === -1 ? source.length : end;
}

function skipSpaces(source: string, position: number): number {
  let at = position;
  while (source[at] === " " || source[at] === "\t") at += 1;
  return at;
}

function countLines(source: string, start: number, end: number): number {
  return source.slice(start, end).split("\n").length - 1;
}

/** The error of a Modelfile that cannot be read. */
export function modelfileError(line: number, problem: string): OllamaError {
  return new OllamaError("INVALID_REQUEST", `Line ${line} of the Modelfile: ${problem}.`, { details: { line } });
}

import { lineShapes } from "./line-shapes.js";
import type { Answer } from "./recording.js";

const THINK_TAG = /\\u003c\/?think\\u003e/;

/** Whether two answers have the same shape once the thinking is taken out, and no thought is left in the text. */
export function differsOnlyInThinking(expected: Answer, actual: Answer): boolean {
  const actualText = actual.body.toString("utf8");
  if (expected.status !== actual.status || THINK_TAG.test(actualText)) return false;
  // Undefined for what is no JSON, such as events: of that nothing can be said.
  const shapes = (text: string): string | undefined =>
    JSON.stringify(lineShapes(withoutThinking(text))?.map(({ shape }) => shape));
  const actualShapes = shapes(actualText);
  return actualShapes !== undefined && shapes(expected.body.toString("utf8")) === actualShapes;
}

function withoutThinking(text: string): string {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines
    .map((line) => line.replace(/,"thinking":"(?:[^"\\]|\\.)*"/g, ""))
    .filter((line, index) => line === lines[index] || !line.includes('"done":false'))
    .join("\n");
}

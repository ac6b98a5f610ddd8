import { type CallReader, over } from "./call-reader.js";
import type { OfferedTools } from "./offered-tools.js";
import type { ParsedToolCall } from "./output-parser.js";

/** What MiniMax M3 writes before each tag, so that no text can be taken for one. */
export const MINIMAX_MARK = "]<]minimax[>[";
const CLOSE = `${MINIMAX_MARK}</tool_call>`;

/** Reads calls in the style of MiniMax M3: an element for each call, and in it one for each argument, by its name. */
export function miniMaxM3Calls(tools: OfferedTools): CallReader {
  return (text, { ending }) => {
    const end = text.indexOf(CLOSE);
    if (end >= 0) return over(end + CLOSE.length, readCalls(text.slice(0, end), tools));
    // Calls that are closed are whole, though the model went no further.
    const last = text.lastIndexOf(`${MINIMAX_MARK}</invoke>`);
    return ending === "stop" && last >= 0 ? over(text.length, readCalls(text, tools)) : undefined;
  };
}

interface Element {
  name: string;
  text: string;
  children: Element[];
}

function readCalls(text: string, tools: OfferedTools): ParsedToolCall[] {
  return elementsOf(text)
    .filter(({ name }) => name.startsWith("invoke name="))
    .map((element) => {
      const name = element.name.split('"')[1] ?? "";
      const args = element.children.map((child) => [child.name, argumentOf(name, child, tools)] as const);
      return { name, arguments: Object.fromEntries(args) };
    });
}

function argumentOf(tool: string, { name, text, children }: Element, tools: OfferedTools): unknown {
  return children.length > 0 ? structureOf(children) : tools.argument(tool, name, text);
}

/** Elements of one name are a list, others a mapping. */
function structureOf(elements: readonly Element[]): unknown {
  const inner = ({ text, children }: Element): unknown => (children.length > 0 ? structureOf(children) : text);
  if (elements.every(({ name }) => name === "item")) return elements.map(inner);
  return Object.fromEntries(elements.map((element) => [element.name, inner(element)]));
}

/** The tree of the elements: each piece begins with a tag, and has the text behind it. */
function elementsOf(text: string): Element[] {
  const root: Element = { name: "", text: "", children: [] };
  const open = [root];
  for (const piece of text.split(MINIMAX_MARK)) {
    const end = piece.indexOf(">");
    if (!piece.startsWith("<") || end < 0) continue;
    const tag = piece.slice(1, end);
    if (tag.startsWith("/")) {
      if (open.length > 1) open.pop();
      continue;
    }
    const element = { name: tag, text: piece.slice(end + 1), children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  }
  return root.children;
}

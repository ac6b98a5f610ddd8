import type { ChatTemplate, TemplateInput } from "./chat-template.js";

type Node =
  | { type: "text"; text: string }
  | { type: "field"; name: string }
  | { type: "if"; name: string; then: Node[]; otherwise: Node[] };

type Values = Record<string, string>;

/** The text of a Go map's missing entry. */
const NO_VALUE = "<no value>";

/**
 * The plain part of Go's template language, as the older templates of Ollama's models use it: text, the fields
 * `.System`, `.Prompt`, `.Response` and `.Suffix`, and `if`, `else` and `end`. Such a template writes one turn.
 */
export class SimpleGoTemplate implements ChatTemplate {
  readonly kind = "go";
  readonly #nodes: Node[];

  private constructor(nodes: Node[]) {
    this.#nodes = mentions(nodes, "Response") ? nodes : [...nodes, { type: "field", name: "Response" }];
  }

  /** Reads a template; `undefined` when it needs more of the language. */
  static parse(source: string): SimpleGoTemplate | undefined {
    const parts = split(source);
    if (parts === undefined) return undefined;
    const nodes = parseNodes(parts, false);
    return nodes === undefined || parts.length > 0 ? undefined : new SimpleGoTemplate(nodes);
  }

  render({ messages, suffix }: TemplateInput): string {
    let text = "";
    let turn: Values = { System: "", Prompt: "", Response: "" };
    const flush = (): void => {
      text += write(this.#nodes, turn).text;
      turn = { System: "", Prompt: "", Response: "" };
    };
    for (const { role, content } of messages) {
      const field = role === "system" ? "System" : role === "assistant" ? "Response" : "Prompt";
      if (turn.Response !== "" || (field === "System" && turn.Prompt !== "")) flush();
      turn[field] = [turn[field], content].filter((part) => part !== "").join("\n\n");
    }
    // The model goes on where its answer belongs: what the template has behind it is left out.
    return text + write(this.#nodes, { ...turn, Suffix: suffix ?? "" }, true).text;
  }
}

function write(nodes: Node[], values: Values, untilResponse = false): { text: string; isCut: boolean } {
  let text = "";
  for (const node of nodes) {
    if (node.type === "text") text += node.text;
    else if (node.type === "field") {
      text += values[node.name] ?? NO_VALUE;
      if (untilResponse && node.name === "Response") return { text, isCut: true };
    } else {
      const inner = write((values[node.name] ?? "") === "" ? node.otherwise : node.then, values, untilResponse);
      text += inner.text;
      if (inner.isCut) return { text, isCut: true };
    }
  }
  return { text, isCut: false };
}

type Part = { type: "text" | "action"; text: string };

/** Cuts a template in texts and actions; `{{-` and `-}}` take the space beside them along. */
function split(source: string): Part[] | undefined {
  const parts: Part[] = [];
  let trimNext = false;
  let rest = source;
  while (rest !== "") {
    const start = rest.indexOf("{{");
    const end = rest.indexOf("}}", start);
    let text = start < 0 ? rest : rest.slice(0, start);
    if (trimNext) text = text.trimStart();
    trimNext = false;
    if (start < 0) rest = "";
    else {
      if (end < 0) return undefined;
      let action = rest.slice(start + 2, end);
      if (/^-\s/.test(action)) {
        text = text.trimEnd();
        action = action.slice(1);
      }
      if (/\s-$/.test(action)) {
        trimNext = true;
        action = action.slice(0, -1);
      }
      parts.push({ type: "text", text }, { type: "action", text: action.trim() });
      rest = rest.slice(end + 2);
      continue;
    }
    parts.push({ type: "text", text });
  }
  return parts.filter(({ type, text }) => type === "action" || text !== "");
}

/** Reads nodes up to the end, or to the `else` or `end` of a condition, which stays. */
function parseNodes(parts: Part[], isInside: boolean): Node[] | undefined {
  const nodes: Node[] = [];
  for (;;) {
    const [part] = parts;
    if (part === undefined) return isInside ? undefined : nodes;
    if (part.type === "action" && (part.text === "end" || part.text === "else")) return isInside ? nodes : undefined;
    parts.shift();
    const node = part.type === "text" ? ({ type: "text", text: part.text } as const) : parseAction(part.text, parts);
    if (node === undefined) return undefined;
    nodes.push(node);
  }
}

function parseAction(action: string, parts: Part[]): Node | undefined {
  const [, condition, name] = /^(if\s+)?\.([A-Z]\w*)$/.exec(action) ?? [];
  if (name === undefined || isStructured(name)) return undefined;
  if (condition === undefined) return { type: "field", name };
  const then = parseNodes(parts, true);
  const hasElse = parts[0]?.text === "else";
  if (hasElse) parts.shift();
  const otherwise = hasElse ? parseNodes(parts, true) : [];
  if (then === undefined || otherwise === undefined || parts.shift()?.text !== "end") return undefined;
  return { type: "if", name, then, otherwise };
}

/** Fields that are no texts. */
function isStructured(name: string): boolean {
  return ["Messages", "Tools", "ToolCalls", "Think", "ThinkLevel", "IsThinkSet"].includes(name);
}

function mentions(nodes: Node[], name: string): boolean {
  return nodes.some((node) => {
    if (node.type === "text") return false;
    if (node.type === "field") return node.name === name;
    return node.name === name || mentions(node.then, name) || mentions(node.otherwise, name);
  });
}

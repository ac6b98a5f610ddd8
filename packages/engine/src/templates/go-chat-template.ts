import {
  BUILTIN_FUNCTIONS,
  executeTemplate,
  identifiersOf,
  LAZY_FUNCTIONS,
  type Node,
  type ParsedTemplate,
  parseTemplate,
  Struct,
  type TemplateFunction,
  toJson,
  type Value,
} from "../go-template/index.js";
import type { ChatTemplate, TemplateInput, TemplateMessage } from "./chat-template.js";
import { formatDate } from "./format-date.js";
import { toGoMessages, toGoTools } from "./go-chat-values.js";

const DAY_MS = 86_400_000;

/** The functions of Go's templates, and those that Ollama adds. */
const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ...BUILTIN_FUNCTIONS,
  ["json", toJson],
  ...dates(new Date()),
  ["toTypeScriptType", typeScriptType],
]);

function dates(today: Date): [string, TemplateFunction][] {
  return [
    ["currentDate", () => formatDate("%Y-%m-%d", today)],
    ["yesterdayDate", () => formatDate("%Y-%m-%d", new Date(today.getTime() - DAY_MS))],
  ];
}

const FUNCTION_NAMES: ReadonlySet<string> = new Set([...FUNCTIONS.keys(), ...LAZY_FUNCTIONS]);

const RESPONSE: Node = {
  type: "action",
  pipeline: { variables: [], isAssignment: false, commands: [[{ type: "field", path: ["Response"] }]] },
};

/**
 * A model's template in Go's language, run as Ollama runs it: one that mentions `.Messages` writes the conversation
 * as a whole; any other writes one turn of `.System`, `.Prompt` and `.Response`, and is run for each turn.
 */
export class GoChatTemplate implements ChatTemplate {
  readonly kind = "go";
  /** The names that the template mentions, in lower case. */
  readonly identifiers: ReadonlySet<string>;
  readonly #template: ParsedTemplate;

  /** @throws TemplateError when it can't be parsed */
  constructor(source: string) {
    const parsed = parseTemplate(source, FUNCTION_NAMES);
    this.identifiers = identifiersOf(parsed);
    const hasPlace = this.identifiers.has("messages") || this.identifiers.has("response");
    this.#template = hasPlace ? parsed : { ...parsed, root: [...parsed.root, RESPONSE] };
  }

  get root(): readonly Node[] {
    return this.#template.root;
  }

  render({ messages, tools, think, suffix, today = new Date() }: TemplateInput): string {
    const functions = new Map([...FUNCTIONS, ...dates(today)]);
    const { system, merged } = mergeMessages(messages);
    const always: [string, Value][] = [
      ["Think", think !== undefined && think !== false],
      ["ThinkLevel", typeof think === "string" ? think : ""],
      ["IsThinkSet", think !== undefined],
    ];
    const run = (template: ParsedTemplate, values: readonly [string, Value][]): string =>
      executeTemplate(template, new Map([...values, ...always]), { functions });
    const prompt = merged.findLast(({ role }) => role === "user")?.content ?? "";
    if (suffix !== undefined && suffix !== "" && prompt !== "") {
      return run(this.#template, [
        ["Prompt", prompt],
        ["Suffix", suffix],
        ["Response", ""],
      ]);
    }
    if (this.identifiers.has("messages")) {
      return run(this.#template, [
        ["System", system],
        ["Messages", toGoMessages(merged)],
        ["Tools", toGoTools(tools)],
        ["Response", ""],
      ]);
    }
    return this.#turns(merged, run);
  }

  #turns(
    messages: readonly TemplateMessage[],
    run: (template: ParsedTemplate, values: readonly [string, Value][]) => string,
  ): string {
    const turns = splitTurns(messages);
    const last = turns.pop() ?? EMPTY_TURN;
    const values = ({ system, prompt, response }: Turn): [string, Value][] => [
      ["System", system],
      ["Prompt", prompt],
      ["Response", response],
    ];
    // The model goes on where its answer belongs: what the template has behind it is left out.
    const open = { ...this.#template, root: upToResponse(this.#template.root).nodes };
    return turns.map((turn) => run(this.#template, values(turn))).join("") + run(open, values(last));
  }
}

interface Turn {
  system: string;
  prompt: string;
  response: string;
}

const EMPTY_TURN: Turn = { system: "", prompt: "", response: "" };

/** The turns of a conversation; the last one is the one to answer. */
function splitTurns(messages: readonly TemplateMessage[]): Turn[] {
  const turns: Turn[] = [];
  let turn = EMPTY_TURN;
  const endIf = (isOver: boolean): void => {
    if (!isOver) return;
    turns.push(turn);
    turn = EMPTY_TURN;
  };
  for (const { role, content } of messages) {
    if (role === "system") {
      endIf(turn.prompt !== "" || turn.response !== "");
      turn = { ...turn, system: content };
    } else if (role === "user") {
      endIf(turn.response !== "");
      turn = { ...turn, prompt: content };
    } else if (role === "assistant") turn = { ...turn, response: content };
  }
  return [...turns, turn];
}

/** Puts neighbours of one role together, but results of tools; all that the system says comes beside it. */
function mergeMessages(messages: readonly TemplateMessage[]): { system: string; merged: TemplateMessage[] } {
  const merged: TemplateMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === message.role && message.role !== "tool") {
      merged[merged.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` };
    } else merged.push(message);
  }
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  return { system: system.join("\n\n"), merged };
}

/** A template without what follows its first `.Response`. */
function upToResponse(nodes: readonly Node[]): { nodes: Node[]; isCut: boolean } {
  const kept: Node[] = [];
  for (const node of nodes) {
    if (node.type === "action" && node.pipeline.commands.flat().some(isResponse)) {
      return { nodes: [...kept, node], isCut: true };
    }
    if (!("list" in node)) {
      kept.push(node);
      continue;
    }
    const list = upToResponse(node.list);
    const otherwise = node.otherwise === undefined || list.isCut ? undefined : upToResponse(node.otherwise);
    const { otherwise: _, ...branch } = node;
    kept.push({ ...branch, list: list.nodes, ...(otherwise !== undefined && { otherwise: otherwise.nodes }) });
    if (list.isCut || otherwise?.isCut) return { nodes: kept, isCut: true };
  }
  return { nodes: kept, isCut: false };
}

function isResponse(operand: { type: string; path?: string[] }): boolean {
  return operand.type === "field" && operand.path?.includes("Response") === true;
}

const TYPESCRIPT_TYPES: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  array: "any[]",
  object: "Record<string, any>",
  null: "null",
};

function typeScriptType(property: Value): string {
  if (!(property instanceof Struct)) return "any";
  const variants = property.get("AnyOf")?.value;
  if (Array.isArray(variants) && variants.length > 0) return variants.map(typeScriptType).join(" | ");
  const type = property.get("Type")?.value;
  const types = Array.isArray(type) ? type : [type];
  if (types.length === 0) return "any";
  return types.map((name) => TYPESCRIPT_TYPES[String(name)] ?? "any").join(" | ");
}

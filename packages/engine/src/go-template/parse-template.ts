import { type Part, readParts, type Token } from "./lexer.js";
import { PipelineParser } from "./pipeline-parser.js";
import type { Branch, Node, ParsedTemplate, Pipeline } from "./syntax.js";
import { TemplateError } from "./template-error.js";

const BRANCHES = new Set(["if", "range", "with"]);
/** A list stops before these, and leaves them to whom it belongs to. */
const LIST_ENDS = new Set(["end", "else"]);

/**
 * Parses a template in the language of Go's `text/template`.
 * @param functions - the names that may be called
 * @throws TemplateError in the words of Go where a template is not well formed
 */
export function parseTemplate(source: string, functions: ReadonlySet<string>): ParsedTemplate {
  const parser = new TemplateParser(readParts(source), functions);
  const root = parser.list();
  parser.expectEnd();
  return { root, defined: parser.defined };
}

type ActionPart = Extract<Part, { type: "action" }>;

class TemplateParser {
  readonly defined = new Map<string, Node[]>();
  readonly #parts: Part[];
  readonly #functions: ReadonlySet<string>;
  #at = 0;
  #rangeDepth = 0;
  /** Variables that are declared where the parser stands. */
  #variables = ["$"];

  constructor(parts: Part[], functions: ReadonlySet<string>) {
    this.#parts = parts;
    this.#functions = functions;
  }

  /** Nodes up to the end, or to the `else` or `end` of what is open. */
  list(): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      const part = this.#parts[this.#at];
      if (part === undefined || (part.type === "action" && LIST_ENDS.has(keyword(part) ?? ""))) return nodes;
      this.#at++;
      if (part.type === "text") nodes.push(part);
      else nodes.push(...this.#action(part));
    }
  }

  /** @throws TemplateError where an `else` or `end` belongs to nothing */
  expectEnd(): void {
    const part = this.#parts[this.#at];
    if (part?.type === "action") throw fault(part, `unexpected {{${keyword(part)}}}`);
  }

  #action(part: ActionPart): Node[] {
    const word = keyword(part);
    if (word === undefined) return [{ type: "action", line: part.line, pipeline: this.#pipeline(part, part.tokens) }];
    const rest = part.tokens.slice(1);
    if (BRANCHES.has(word)) return [this.#branch(word as Branch["type"], part, rest)];
    if (word === "break" || word === "continue") {
      if (this.#rangeDepth === 0) throw fault(part, `{{${word}}} outside {{range}}`);
      return [{ type: word }];
    }
    if (word === "define" || word === "block") return this.#definition(word, part, rest);
    if (word === "template") {
      const [name, ...words] = rest;
      return [templateNode(part, name, words.length === 0 ? undefined : this.#pipeline(part, words))];
    }
    return [{ type: "action", line: part.line, pipeline: this.#pipeline(part, part.tokens) }];
  }

  #branch(type: Branch["type"], part: ActionPart, tokens: readonly Token[]): Branch {
    const before = this.#variables.length;
    if (tokens.length === 0) throw fault(part, `missing value for ${type}`);
    const pipeline = this.#pipeline(part, tokens, type === "range");
    if (type === "range") this.#rangeDepth++;
    const list = this.list();
    if (type === "range") this.#rangeDepth--;
    const otherwise = this.#otherwise(part);
    this.#variables.length = before;
    return { type, line: part.line, pipeline, list, ...(otherwise !== undefined && { otherwise }) };
  }

  /** What stands after `else`, and the `end`; `else if …` is a condition of its own that ends with this one. */
  #otherwise(opened: ActionPart): Node[] | undefined {
    const part = this.#parts[this.#at];
    if (part?.type !== "action") throw fault(opened, "unexpected EOF");
    this.#at++;
    if (keyword(part) === "end") return undefined;
    const [, next, ...rest] = part.tokens;
    if (next?.kind === "identifier" && (next.text === "if" || next.text === "with")) {
      return [this.#branch(next.text, part, rest)];
    }
    if (next !== undefined) throw fault(part, "unexpected word after else");
    const nodes = this.list();
    const end = this.#parts[this.#at];
    if (end?.type !== "action") throw fault(opened, "unexpected EOF");
    if (keyword(end) !== "end") throw fault(end, "expected end; found {{else}}");
    this.#at++;
    return nodes;
  }

  #definition(word: "define" | "block", part: ActionPart, [name, ...rest]: readonly Token[]): Node[] {
    if (name?.kind !== "string") throw fault(part, `missing name in ${word}`);
    const pipeline = word === "block" ? this.#pipeline(part, rest) : undefined;
    const outer = this.#variables;
    this.#variables = ["$"];
    this.defined.set(name.value, this.list());
    this.#variables = outer;
    if (this.#otherwise(part) !== undefined) throw fault(part, `unexpected {{else}} in ${word}`);
    return word === "block" ? [templateNode(part, name, pipeline)] : [];
  }

  #pipeline(part: ActionPart, tokens: readonly Token[], isRange = false): Pipeline {
    const parser = new PipelineParser(tokens, {
      functions: this.#functions,
      variables: this.#variables,
      fail: (message) => fault(part, message),
    });
    return parser.whole(isRange);
  }
}

function templateNode(part: ActionPart, name: Token | undefined, pipeline: Pipeline | undefined): Node {
  if (name?.kind !== "string") throw fault(part, "missing name in template");
  return { type: "template", line: part.line, name: name.value, ...(pipeline !== undefined && { pipeline }) };
}

function keyword({ tokens: [first] }: ActionPart): string | undefined {
  return first?.kind === "identifier" ? first.text : undefined;
}

function fault({ line }: ActionPart, message: string): TemplateError {
  return new TemplateError(message, { line });
}

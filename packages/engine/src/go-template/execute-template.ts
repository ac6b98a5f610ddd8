import { BUILTIN_FUNCTIONS, fieldOf, LAZY_FUNCTIONS, type TemplateFunction } from "./functions.js";
import type { Branch, Node, Operand, ParsedTemplate, Pipeline } from "./syntax.js";
import { TemplateError } from "./template-error.js";
import { isTrue, kindOf, printed, sortedEntries, type Value } from "./values.js";

/** How much a run may do: a template comes from a stranger. */
export interface Budget {
  /** Nodes and commands. */
  steps: number;
  /** Characters that are written, and that values on the way have. */
  characters: number;
  /** Templates inside templates. */
  depth: number;
}

/** What a conversation with many tools needs, many times over. */
export const USUAL_BUDGET: Budget = { steps: 1_000_000, characters: 64 << 20, depth: 100 };

/** How a template is run. */
export interface ExecuteOptions {
  functions?: ReadonlyMap<string, TemplateFunction>;
  budget?: Budget;
}

/**
 * Runs a template.
 * @param data - what the dot and `$` are at the start
 * @throws TemplateError in the words of Go, or when the budget is used up
 */
export function executeTemplate(
  template: ParsedTemplate,
  data: Value,
  { functions = BUILTIN_FUNCTIONS, budget = USUAL_BUDGET }: ExecuteOptions = {},
): string {
  return new Run(template, functions, budget).start(template.root, data);
}

/** Why a list of nodes ended early. */
type Leave = "break" | "continue" | undefined;

interface Variable {
  name: string;
  value: Value;
}

class Run {
  readonly #template: ParsedTemplate;
  readonly #functions: ReadonlyMap<string, TemplateFunction>;
  readonly #left: Budget;
  readonly #output: string[] = [];
  #variables: Variable[] = [];

  constructor(template: ParsedTemplate, functions: ReadonlyMap<string, TemplateFunction>, budget: Budget) {
    this.#template = template;
    this.#functions = functions;
    this.#left = { ...budget };
  }

  start(root: readonly Node[], data: Value): string {
    this.#variables = [{ name: "$", value: data }];
    this.#list(root, data);
    return this.#output.join("");
  }

  #list(nodes: readonly Node[], dot: Value): Leave {
    for (const node of nodes) {
      const leave = this.#located(node, dot);
      if (leave !== undefined) return leave;
    }
    return undefined;
  }

  /** A fault names the line of the innermost node that has one. */
  #located(node: Node, dot: Value): Leave {
    try {
      return this.#node(node, dot);
    } catch (error) {
      if (error instanceof TemplateError && "line" in node) throw error.on(node.line);
      throw error;
    }
  }

  #node(node: Node, dot: Value): Leave {
    this.#step();
    switch (node.type) {
      case "text":
        this.#write(node.text);
        return undefined;
      case "action": {
        const value = this.#pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.#write(printed(value));
        return undefined;
      }
      case "if":
      case "with":
        return this.#condition(node, dot);
      case "range":
        this.#range(node, dot);
        return undefined;
      case "template":
        this.#template_(node.name, node.pipeline === undefined ? undefined : this.#pipeline(node.pipeline, dot));
        return undefined;
      default:
        return node.type;
    }
  }

  #condition({ type, pipeline, list, otherwise = [] }: Branch, dot: Value): Leave {
    const before = this.#variables.length;
    const value = this.#pipeline(pipeline, dot);
    const leave = isTrue(value) ? this.#list(list, type === "with" ? value : dot) : this.#list(otherwise, dot);
    this.#variables.length = before;
    return leave;
  }

  #range({ pipeline, list, otherwise = [] }: Branch, dot: Value): void {
    const before = this.#variables.length;
    const items = itemsOf(this.#value(pipeline, dot));
    for (const [key, item] of items) {
      this.#step();
      this.#declareItem(pipeline, key, item);
      const leave = this.#list(list, item);
      this.#variables.length = before;
      if (leave === "break") break;
    }
    if (items.length === 0) this.#list(otherwise, dot);
    this.#variables.length = before;
  }

  /** `range $item := …`, or `range $key, $item := …`. */
  #declareItem({ variables, isAssignment }: Pipeline, key: Value, item: Value): void {
    const values = variables.length === 1 ? [item] : [key, item];
    variables.forEach((name, at) => {
      this.#declare(name, values[at], isAssignment);
    });
  }

  #template_(name: string, dot: Value): void {
    const nodes = this.#template.defined.get(name);
    if (nodes === undefined) throw new TemplateError(`template ${JSON.stringify(name)} not defined`);
    if (--this.#left.depth < 0) throw new TemplateError("the templates are nested too deeply");
    const outer = this.#variables;
    this.#variables = [{ name: "$", value: dot }];
    this.#list(nodes, dot);
    this.#variables = outer;
    this.#left.depth++;
  }

  /** A pipeline's value, which its variables take. */
  #pipeline(pipeline: Pipeline, dot: Value): Value {
    const value = this.#value(pipeline, dot);
    for (const name of pipeline.variables) this.#declare(name, value, pipeline.isAssignment);
    return value;
  }

  #value({ commands }: Pipeline, dot: Value): Value {
    let value: Value;
    commands.forEach((command, at) => {
      this.#step();
      value = this.#command(command, dot, at === 0 ? [] : [value]);
      if (typeof value === "string") this.#account(value.length);
    });
    return value;
  }

  #command([first, ...rest]: readonly Operand[], dot: Value, piped: Value[]): Value {
    if (first?.type === "function") return this.#call(first.name, rest, dot, piped);
    if (first === undefined) throw new TemplateError("missing value for command");
    if (rest.length > 0 || piped.length > 0) throw new TemplateError("can't give argument to non-function");
    if (first.type === "nil") throw new TemplateError("nil is not a command");
    return this.#operand(first, dot);
  }

  #call(name: string, operands: readonly Operand[], dot: Value, piped: Value[]): Value {
    if (LAZY_FUNCTIONS.has(name)) return this.#callLazily(name === "or", operands, dot, piped);
    const call = this.#functions.get(name);
    if (call === undefined) throw new TemplateError(`${JSON.stringify(name)} is not a defined function`);
    const values = operands.map((operand) => this.#operand(operand, dot));
    return this.#named(name, () => call(...values, ...piped));
  }

  #callLazily(isDecidedBy: boolean, operands: readonly Operand[], dot: Value, piped: Value[]): Value {
    let value: Value;
    for (const operand of operands) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === isDecidedBy) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #named(name: string, call: () => Value): Value {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new TemplateError(`error calling ${name}: ${error.message}`, { isOfData: error.isOfData });
    }
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.type) {
      case "dot":
        return dot;
      case "nil":
        return undefined;
      case "literal":
        return operand.value;
      case "field":
        return follow(dot, operand.path);
      case "variable":
        return follow(this.#variable(operand.name).value, operand.path);
      case "function":
        return this.#call(operand.name, [], dot, []);
      case "pipeline":
        return follow(this.#pipeline(operand.pipeline, dot), operand.path);
    }
  }

  #declare(name: string, value: Value, isAssignment: boolean): void {
    if (isAssignment) this.#variable(name).value = value;
    else this.#variables.push({ name, value });
  }

  #variable(name: string): Variable {
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) throw new TemplateError(`undefined variable: ${name}`);
    return variable;
  }

  #write(text: string): void {
    this.#account(text.length);
    this.#output.push(text);
  }

  #step(): void {
    if (--this.#left.steps < 0) throw new TemplateError("the template takes too many steps");
  }

  #account(characters: number): void {
    this.#left.characters -= characters;
    if (this.#left.characters < 0) throw new TemplateError("the template makes too long a text");
  }
}

function follow(value: Value, path: readonly string[]): Value {
  return path.reduce<Value>((inner, name) => fieldOf(inner, name), value);
}

function itemsOf(value: Value): [key: Value, item: Value][] {
  if (Array.isArray(value)) return value.map((item, at) => [at, item]);
  if (value instanceof Map) return sortedEntries(value);
  if (value === undefined) return [];
  if (typeof value === "number" && value <= 100_000)
    return Array.from({ length: Math.max(0, value) }, (_, at) => [at, at]);
  throw new TemplateError(`range can't iterate over ${typeof value === "number" ? value : kindOf(value)}`);
}

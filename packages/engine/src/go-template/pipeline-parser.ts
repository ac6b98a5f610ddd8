import type { Token } from "./lexer.js";
import type { Operand, Pipeline } from "./syntax.js";
import type { TemplateError } from "./template-error.js";

/** What a pipeline may name, and how a fault in it is said. */
export interface PipelineScope {
  functions: ReadonlySet<string>;
  /** Declared variables; those that the pipeline declares are added. */
  variables: string[];
  fail: (message: string) => TemplateError;
}

const WORDS: Readonly<Record<string, Operand>> = {
  true: { type: "literal", value: true },
  false: { type: "literal", value: false },
  nil: { type: "nil" },
};

/** Parses the words of an action, or of a condition, as a pipeline. */
export class PipelineParser {
  readonly #tokens: readonly Token[];
  readonly #scope: PipelineScope;
  #at = 0;

  constructor(tokens: readonly Token[], scope: PipelineScope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  /** Every word as one pipeline; the pipeline of a `range` may declare two variables. @throws TemplateError */
  whole(isRange: boolean): Pipeline {
    const { variables, isAssignment } = this.#declaration(isRange);
    const pipeline = { variables, isAssignment, commands: this.#commands() };
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw this.#scope.fail(`unexpected ${show(left)} in command`);
    if (!isAssignment) this.#scope.variables.push(...variables);
    return pipeline;
  }

  #declaration(isRange: boolean): { variables: string[]; isAssignment: boolean } {
    const none = { variables: [], isAssignment: false };
    const names: string[] = [];
    let at = 0;
    for (;;) {
      const token = this.#tokens[at];
      if (token?.kind !== "variable") return none;
      names.push(token.text);
      const operator = operatorOf(this.#tokens[at + 1]);
      if (operator === ":=" || operator === "=") {
        if (operator === "=") for (const name of names) this.#known(name);
        this.#at = at + 2;
        return { variables: names, isAssignment: operator === "=" };
      }
      if (!isRange || operator !== "," || names.length > 1) return none;
      at += 2;
    }
  }

  #commands(): Operand[][] {
    const commands = [this.#command()];
    while (operatorOf(this.#tokens[this.#at]) === "|") {
      this.#at++;
      commands.push(this.#command());
    }
    return commands;
  }

  #command(): Operand[] {
    const operands: Operand[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      const operator = operatorOf(token);
      if (token === undefined || operator === "|" || operator === ")") break;
      operands.push(this.#operand(token));
    }
    if (operands.length === 0) throw this.#scope.fail("missing value for command");
    return operands;
  }

  #operand(token: Token): Operand {
    this.#at++;
    switch (token.kind) {
      case "string":
      case "number":
        return { type: "literal", value: token.value };
      case "field":
        return { type: "field", path: [token.text, ...this.#path()] };
      case "variable":
        this.#known(token.text);
        return { type: "variable", name: token.text, path: this.#path() };
      case "identifier":
        return WORDS[token.text] ?? this.#function(token.text);
      case "operator":
        if (token.text === ".") return { type: "dot" };
        if (token.text === "(") return this.#parenthesized();
        throw this.#scope.fail(`unexpected ${show(token)} in operand`);
    }
  }

  #parenthesized(): Operand {
    const pipeline = { variables: [], isAssignment: false, commands: this.#commands() };
    if (operatorOf(this.#tokens[this.#at]) !== ")") throw this.#scope.fail("unclosed left paren");
    this.#at++;
    return { type: "pipeline", pipeline, path: this.#path() };
  }

  #function(name: string): Operand {
    if (!this.#scope.functions.has(name)) throw this.#scope.fail(`function ${JSON.stringify(name)} not defined`);
    return { type: "function", name };
  }

  /** Fields that hang on what stands before them, without a space between. */
  #path(): string[] {
    const path: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== "field" || token.isAfterSpace) return path;
      path.push(token.text);
      this.#at++;
    }
  }

  #known(name: string): void {
    if (!this.#scope.variables.includes(name)) throw this.#scope.fail(`undefined variable ${JSON.stringify(name)}`);
  }
}

function operatorOf(token: Token | undefined): string | undefined {
  return token?.kind === "operator" ? token.text : undefined;
}

function show(token: Token): string {
  return JSON.stringify("text" in token ? token.text : token.value);
}

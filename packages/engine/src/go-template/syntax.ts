/*
 * The tree of a template, in the terms of Go's `text/template/parse`: a list of nodes; actions hold pipelines; a
 * pipeline is a row of commands, each fed with the result of the one before; a command is a row of operands.
 */

/** A piece of a template. */
export type Node =
  | { type: "text"; text: string }
  | { type: "action"; line?: number; pipeline: Pipeline }
  | Branch
  | { type: "template"; line?: number; name: string; pipeline?: Pipeline }
  | { type: "break" }
  | { type: "continue" };

/** `if`, `range` and `with`, with what they do otherwise. */
export interface Branch {
  type: "if" | "range" | "with";
  line?: number;
  pipeline: Pipeline;
  list: Node[];
  otherwise?: Node[];
}

/** Commands, and the variables that take the result. */
export interface Pipeline {
  /** Names with their `$`. */
  variables: string[];
  /** Whether they exist already: `=` and not `:=`. */
  isAssignment: boolean;
  commands: Operand[][];
}

/** A word of a command. */
export type Operand =
  | { type: "dot" }
  | { type: "nil" }
  | { type: "literal"; value: string | number | boolean }
  /** `.A.B`, from the dot. */
  | { type: "field"; path: string[] }
  /** `$x.A.B`; `$` alone is what the template was given. */
  | { type: "variable"; name: string; path: string[] }
  | { type: "function"; name: string }
  /** `(…)` or `(…).A.B`. */
  | { type: "pipeline"; pipeline: Pipeline; path: string[] };

/** A template with the ones that it defines for itself. */
export interface ParsedTemplate {
  root: Node[];
  /** By `define` and `block`. */
  defined: ReadonlyMap<string, Node[]>;
}

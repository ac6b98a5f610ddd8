import type { Expression } from "../language/expression.js";
import type { SchemaNode } from "../schema/schema-document.js";
import type { SchemaNotes } from "../schema/schema-notes.js";
import type { JsonRules } from "./json-rules.js";
import type { RuleBook } from "./rule-book.js";

/** What writing one shape needs from the whole. */
export interface NodeWriter {
  readonly book: RuleBook;
  readonly json: JsonRules;
  readonly notes: SchemaNotes;
  readonly openWorld: boolean;
  /** The values that all schemas of a node allow. */
  node(node: SchemaNode, hint: string): Expression;
}

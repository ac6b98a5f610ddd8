import { JsonRules } from "./emit/json-rules.js";
import { pruneRules } from "./emit/prune-rules.js";
import { renderGbnf } from "./emit/render-gbnf.js";
import { GrammarTooLargeError, RuleBook } from "./emit/rule-book.js";
import { SchemaWriter } from "./emit/schema-writer.js";
import { afterThought, type Thought } from "./emit/thought-text.js";
import { LanguageTooLargeError } from "./language/automaton.js";
import type { Expression } from "./language/expression.js";
import { SchemaReader } from "./schema/read-schema.js";
import { SchemaDocument } from "./schema/schema-document.js";
import { SchemaNotes, type UnsupportedKeyword } from "./schema/schema-notes.js";
import { restAfter } from "./wind-down/follow-text.js";
import { shortWays } from "./wind-down/short-ways.js";

/** How to read a schema. */
export interface SchemaGrammarOptions {
  /**
   * `true` reads what a schema does not mention as allowed, as the letter of JSON Schema has it: further properties,
   * further items, values of other types. `false` reads it as people mean it who ask for output: an object has the
   * properties that are listed, a tuple its items, and `properties` without a `type` means an object.
   *
   * @defaultValue false
   */
  openWorld?: boolean;
  /** A thought that comes before the value and is bound by nothing. */
  thought?: Thought;
}

/** A grammar of JSON texts. */
export interface JsonGrammar {
  /** The grammar in llama.cpp's GBNF; its rule `root` is the value, without white space around it. */
  gbnf: string;
  /**
   * The grammar of the short ways to end a text that was begun, with nothing endless left; nothing when the text is
   * complete, or when the grammar has no text with this beginning.
   */
  ending(begun: string): string | undefined;
}

/** A schema as a grammar. */
export interface SchemaGrammar extends JsonGrammar {
  /** What of the schema the grammar does not follow. Empty: what it produces is valid, and what is valid it can produce. */
  unsupported: UnsupportedKeyword[];
}

/** llama.cpp reads about a megabyte of grammar a second, and can do nothing else meanwhile. */
const LONGEST_GRAMMAR = 1_000_000;

/** A schema is wrong, or no value satisfies it. The message is one line for each fault. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/**
 * The grammar of the JSON texts that a JSON Schema (draft 4 to 2020-12) allows. Properties come in the schema's order,
 * with at most one space after `:` and `,`; text is written as `JSON.stringify` writes it.
 *
 * @throws SchemaError when the schema is wrong, allows nothing, or is too much for a grammar
 */
export function schemaToGrammar(schema: unknown, options: SchemaGrammarOptions = {}): SchemaGrammar {
  try {
    return writeGrammar(schema, options);
  } catch (error) {
    if (!(error instanceof LanguageTooLargeError || error instanceof GrammarTooLargeError)) throw error;
    throw new SchemaError(`The schema is too much for a grammar: it needs ${error.message}.`);
  }
}

function writeGrammar(schema: unknown, options: SchemaGrammarOptions): SchemaGrammar {
  const notes = new SchemaNotes();
  const document = new SchemaDocument(schema);
  const reader = new SchemaReader({ document, notes, openWorld: options.openWorld ?? false });
  const book = new RuleBook();
  const writer = new SchemaWriter(book, reader);
  book.ruleFor("root", "root", () => withThought(book, writer.node([document.root], "value"), options.thought));
  const rules = book.finish();
  if (notes.errors.length > 0) throw new SchemaError(notes.errors.join("\n"));
  const pruned = pruneRules(rules);
  if (!pruned.has("root")) throw new SchemaError(`No value satisfies the schema: ${JSON.stringify(schema)}`);
  const grammar = grammarOf(pruned);
  if (grammar.gbnf.length > LONGEST_GRAMMAR) {
    throw new GrammarTooLargeError(`a grammar of ${grammar.gbnf.length} characters, more than ${LONGEST_GRAMMAR}`);
  }
  return { ...grammar, unsupported: notes.unsupported };
}

/** The grammar of any JSON object, which `format: "json"` asks for. */
export function jsonGrammar(options: Pick<SchemaGrammarOptions, "thought"> = {}): JsonGrammar {
  const book = new RuleBook();
  book.ruleFor("root", "root", () => withThought(book, new JsonRules(book).object, options.thought));
  return grammarOf(book.finish());
}

function grammarOf(rules: ReadonlyMap<string, Expression>): JsonGrammar {
  return {
    gbnf: renderGbnf(rules),
    ending: (begun) => {
      const rest = restAfter(rules, begun);
      return rest && !admitsEmpty(rest) ? renderGbnf(shortWays(rules, rest)) : undefined;
    },
  };
}

/** What may follow has the empty text among it: the text is complete. */
function admitsEmpty(rest: Expression): boolean {
  if (rest.type === "choice") return rest.options.some(admitsEmpty);
  return rest.type === "sequence" && rest.parts.length === 0;
}

function withThought(book: RuleBook, value: Expression, thought: Thought | undefined): Expression {
  return thought ? afterThought(book, thought, value) : value;
}

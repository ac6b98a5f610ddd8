import type { JsonGrammar, SchemaGrammarOptions } from "../schema-to-grammar.js";
import { jsonGrammar, SchemaError, schemaToGrammar } from "../schema-to-grammar.js";

/** What a thread of grammars is asked. `request` is the JSON text of a GrammarRequest, so that it is read off the server's thread. */
export type GrammarJob = { type: "compile"; request: string } | { type: "ending"; request: string; begun: string };

/** What a grammar is made of: any JSON object without a schema. */
export interface GrammarRequest extends SchemaGrammarOptions {
  schema?: Record<string, unknown>;
}

/** A grammar, and what of its schema an answer may break. */
export interface CompiledGrammar {
  gbnf: string;
  loose: string[];
}

/** What the thread answers. `fault` is what is wrong with the schema. */
export type GrammarReply = { grammar: CompiledGrammar } | { ending: string | undefined } | { fault: string };

const REMEMBERED = 32;

/** Does the jobs of a thread; remembers the last few grammars with their rules, which only it has. */
export class GrammarWorkshop {
  readonly #grammars = new Map<string, JsonGrammar & { loose: string[] }>();

  do(job: GrammarJob): GrammarReply {
    try {
      const grammar = this.#grammar(job.request);
      if (job.type === "ending") return { ending: grammar.ending(job.begun) };
      return { grammar: { gbnf: grammar.gbnf, loose: grammar.loose } };
    } catch (error) {
      if (error instanceof SchemaError) return { fault: error.message };
      if (error instanceof RangeError)
        return { fault: `The schema is nested too deeply, or too large: ${error.message}.` };
      throw error;
    }
  }

  #grammar(request: string): JsonGrammar & { loose: string[] } {
    const grammar = this.#grammars.get(request) ?? compile(JSON.parse(request));
    this.#grammars.delete(request);
    this.#grammars.set(request, grammar);
    const [oldest] = this.#grammars.keys();
    if (this.#grammars.size > REMEMBERED && oldest !== undefined) this.#grammars.delete(oldest);
    return grammar;
  }
}

function compile({ schema, ...options }: GrammarRequest): JsonGrammar & { loose: string[] } {
  if (schema === undefined) return { ...jsonGrammar(options), loose: [] };
  const grammar = schemaToGrammar(schema, options);
  const loose = grammar.unsupported.filter(({ effect }) => effect === "looser");
  return { ...grammar, loose: loose.map(({ path, keyword, reason }) => `${keyword} at ${path}: ${reason}`) };
}

import type { Thought } from "../grammar/emit/thought-text.js";
import { SchemaError } from "../grammar/schema-to-grammar.js";
import type { GrammarCompiler, RemoteGrammar } from "../grammar/worker/grammar-compiler.js";
import { runnerError } from "../http/api-error.js";
import type { OutputFormat } from "./output-format.js";

/** What an answer has to keep to, and who waits for it. */
export interface OutputGrammarRequest {
  format: OutputFormat | undefined;
  /** What may come before the answer, bound by nothing. */
  thought?: Thought | undefined;
  signal: AbortSignal;
}

/** Where grammars are made, and where is said what of a schema can't be kept to. */
export interface GrammarSource {
  readonly grammars: GrammarCompiler;
  readonly warn: (message: string) => void;
}

/**
 * The grammar that makes an answer keep to a format; nothing without a format.
 *
 * @throws ApiError (400) in a real server's words when the schema is wrong, or too much for a grammar
 */
export async function outputGrammar(
  { grammars, warn }: GrammarSource,
  { format, thought, signal }: OutputGrammarRequest,
): Promise<RemoteGrammar | undefined> {
  if (format === undefined) return undefined;
  // A real server takes the empty schema for "json": an object, not any value.
  const schema = format.type === "schema" && Object.keys(format.schema).length > 0 ? format.schema : undefined;
  try {
    const grammar = await grammars.compile({ ...(schema && { schema }), ...(thought && { thought }) }, signal);
    if (grammar.loose.length > 0) {
      warn(`An answer may break the schema of its format in this. ${grammar.loose.join(" ")}`);
    }
    return grammar;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw runnerError(`Field 'json_schema': "json_schema": JSON schema conversion failed:\n${error.message}`);
  }
}

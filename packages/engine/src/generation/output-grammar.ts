import type { Thought } from "../grammar/emit/thought-text.js";
import {
  type JsonGrammar,
  jsonGrammar,
  SchemaError,
  type SchemaGrammarOptions,
  schemaToGrammar,
} from "../grammar/schema-to-grammar.js";
import { runnerError } from "./model-options.js";
import type { OutputFormat } from "./output-format.js";

const REMEMBERED = 32;
const remembered = new Map<string, JsonGrammar>();

/**
 * The grammar that makes an answer keep to a format, whatever is thought before it; nothing without a format. The last
 * few are remembered, because a program usually asks for one format many times. `warn` is told once what of a schema
 * can't be kept to.
 *
 * @throws ApiError (400) in a real server's words when the schema is wrong
 */
export function outputGrammar(
  format: OutputFormat | undefined,
  thought: Thought | undefined,
  warn: (message: string) => void,
): JsonGrammar | undefined {
  if (format === undefined) return undefined;
  const key = JSON.stringify([format, thought]);
  const known = remembered.get(key);
  const grammar = known ?? makeGrammar(format, thought ? { thought } : {}, warn);
  remembered.delete(key);
  remembered.set(key, grammar);
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return grammar;
}

function makeGrammar(
  format: OutputFormat,
  options: SchemaGrammarOptions,
  warn: (message: string) => void,
): JsonGrammar {
  // A real server takes the empty schema for "json": an object, not any value.
  if (format.type === "json" || Object.keys(format.schema).length === 0) return jsonGrammar(options);
  try {
    const grammar = schemaToGrammar(format.schema, options);
    const loose = grammar.unsupported.filter(({ effect }) => effect === "looser");
    if (loose.length > 0) {
      const parts = loose.map(({ path, keyword, reason }) => `${keyword} at ${path}: ${reason}`);
      warn(`An answer may break the schema of its format in this. ${parts.join(" ")}`);
    }
    return grammar;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw runnerError(`Field 'json_schema': "json_schema": JSON schema conversion failed:\n${error.message}`);
  }
}

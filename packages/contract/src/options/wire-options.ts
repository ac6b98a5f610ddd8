import { executionOptionEntries, type PartialExecutionOptions } from "./execution-options.js";
import { toCamelCase, toSnakeCase } from "./option-names.js";

/** Options that the specification keeps outside the wire's `options` object. */
const NOT_ON_THE_WIRE = new Set(["stream", "format"]);

/** Options that Ollama once had. The server ignores them. Source: Ollama 0.33, `api/types.go`. */
const DEPRECATED = new Set([
  "penalizeNewline",
  "lowVram",
  "f16Kv",
  "logitsAll",
  "vocabOnly",
  "useMlock",
  "mirostat",
  "mirostatTau",
  "mirostatEta",
  "numa",
  "tfsZ",
  "embeddingOnly",
  "numGqa",
  "ropeFrequencyBase",
  "ropeFrequencyScale",
]);

const KNOWN = new Set(Object.keys(executionOptionEntries));

/** Options as the wire spells them, and what a person should know about them. */
export interface WireOptions {
  options: Record<string, unknown>;
  warnings: string[];
}

/** Brings wire-named options (`num_ctx`) to their names here (`numCtx`) and says what is unknown or deprecated. */
export function normalizeExecutionOptions(options: PartialExecutionOptions): {
  options: PartialExecutionOptions;
  warnings: string[];
} {
  const normalized: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [key, value] of Object.entries(options)) {
    const name = toCamelCase(key);
    if (name !== key) warnings.push(`Option "${key}" has its wire name; it is called "${name}" here.`);
    if (DEPRECATED.has(name)) warnings.push(`Option "${name}" is deprecated: Ollama ignores it.`);
    else if (!KNOWN.has(name)) warnings.push(`Option "${name}" is unknown; it is sent as it is.`);
    if (!(name in normalized) || name === key) normalized[name] = value;
  }
  return { options: normalized as PartialExecutionOptions, warnings };
}

/**
 * Maps options to the wire's `options` object: the one place where names change. Only what is set is sent;
 * `null` and `undefined` are left out, and so are `stream` and `format`, which the wire has elsewhere.
 */
export function toWireOptions(options: PartialExecutionOptions): WireOptions {
  const { options: normalized, warnings } = normalizeExecutionOptions(options);
  const wire: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(normalized)) {
    if (value === null || value === undefined || NOT_ON_THE_WIRE.has(key)) continue;
    wire[toSnakeCase(key)] = value;
  }
  return { options: wire, warnings };
}

import { OllamaError } from "../errors/ollama-error.js";
import type { JsonSchema, OutputFormat, StandardSchema } from "./execution-options.js";

/** The JSON Schema half of a Standard Schema, where its library has it. Source: standardschema.dev, JSON Schema part. */
interface StandardJsonSchema {
  jsonSchema?: { input(options: { target: string }): JsonSchema; output(options: { target: string }): JsonSchema };
}

const TARGET = "draft-2020-12";

/** Whether an output format is a Standard Schema, which can also validate the answer. */
export function isStandardSchema(format: unknown): format is StandardSchema {
  return (typeof format === "object" || typeof format === "function") && format !== null && "~standard" in format;
}

/**
 * What the wire's `format` has to be: nothing for `"text"`, `"json"`, or a JSON Schema, which a Standard Schema is
 * turned into.
 * @throws OllamaError `INVALID_REQUEST` when a Standard Schema cannot be written as JSON Schema
 */
export async function toWireFormat(format: OutputFormat | null | undefined): Promise<string | JsonSchema | undefined> {
  if (format === undefined || format === null || format === "text") return undefined;
  if (!isStandardSchema(format)) return format;
  try {
    const schema = await standardToJsonSchema(format);
    if (schema !== undefined) {
      const { $schema: _dialect, "~standard": _standard, ...body } = schema;
      return body;
    }
  } catch (cause) {
    if (OllamaError.is(cause)) throw cause;
    throw new OllamaError("INVALID_REQUEST", cannotConvert(format, cause instanceof Error ? cause.message : ""), {
      cause,
    });
  }
  throw new OllamaError("INVALID_REQUEST", cannotConvert(format, "its library has no converter here"));
}

async function standardToJsonSchema(schema: StandardSchema): Promise<JsonSchema | undefined> {
  const standard = schema["~standard"] as StandardSchema["~standard"] & StandardJsonSchema;
  // The model writes what the schema then parses: its input.
  if (standard.jsonSchema !== undefined) return standard.jsonSchema.input({ target: TARGET });
  for (const name of ["toJSONSchema", "toJsonSchema"]) {
    const convert = (schema as unknown as Record<string, unknown>)[name];
    if (typeof convert === "function") return convert.call(schema) as JsonSchema;
  }
  if (standard.vendor === "valibot") {
    const { toJsonSchema } = await loadConverter();
    return toJsonSchema(schema as never, { typeMode: "input" }) as JsonSchema;
  }
  return undefined;
}

/** An optional peer: who gives valibot schemas installs it beside valibot. */
async function loadConverter(): Promise<typeof import("@valibot/to-json-schema")> {
  try {
    return await import("@valibot/to-json-schema");
  } catch (cause) {
    throw new OllamaError("INVALID_REQUEST", "A valibot schema as format needs @valibot/to-json-schema.", {
      cause,
      advice: "Install it beside valibot, or pass the JSON Schema itself as format.",
    });
  }
}

function cannotConvert(schema: StandardSchema, why: string): string {
  const reason = why === "" ? "" : ` (${why})`;
  return `The ${schema["~standard"].vendor} schema given as format cannot be written as JSON Schema${reason}. Pass the JSON Schema itself as format.`;
}

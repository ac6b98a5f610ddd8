import { type JsonSchema, OllamaError, type StandardSchema } from "@codo/ollama-contract";

/**
 * The JSON Schema of a zod 4 schema from before schemas could write themselves (4.2): zod is asked, which is there where
 * its schemas are. `undefined` for any other schema.
 * @throws OllamaError `INVALID_REQUEST` with zod's reason when the schema cannot be written as JSON Schema
 */
export async function zodJsonSchema(schema: StandardSchema): Promise<JsonSchema | undefined> {
  if (schema["~standard"].vendor !== "zod" || "jsonSchema" in schema["~standard"]) return undefined;
  if (!("_zod" in schema)) {
    const advice = "Write it with zod 4, which zod 3.25 has as `zod/v4`, or give a JSON Schema.";
    throw new OllamaError("INVALID_REQUEST", "A schema of zod 3 cannot be written as JSON Schema.", { advice });
  }
  try {
    const { toJSONSchema } = await import("zod/v4/core");
    const { $schema: _dialect, ...written } = toJSONSchema(schema as never, { io: "input" });
    return written as JsonSchema;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OllamaError("INVALID_REQUEST", `The zod schema cannot be written as JSON Schema: ${reason}`, { cause });
  }
}

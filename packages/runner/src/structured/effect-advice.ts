import { isStandardSchema } from "@codo/ollama-contract";

/**
 * What to give in place of a schema of Effect that cannot be asked for its JSON Schema: one that is no Standard Schema
 * yet, or was made one without its JSON Schema, which are two calls in Effect 4. `undefined` for any other schema.
 */
export function effectAdvice(schema: object): string | undefined {
  const isRaw = !isStandardSchema(schema) && "ast" in schema && ("annotate" in schema || "annotations" in schema);
  const isHalf = isStandardSchema(schema) && schema["~standard"].vendor === "effect" && lacksAHalf(schema["~standard"]);
  if (!isRaw && !isHalf) return undefined;
  return (
    "With Effect 4 give Schema.toStandardSchemaV1(Schema.toStandardJSONSchemaV1(schema)), " +
    "with Effect 3 JSONSchema.make(schema), and decode the value yourself."
  );
}

/** A Standard Schema has a check, and may have a JSON Schema; both are needed here. */
function lacksAHalf(standard: object): boolean {
  return !("jsonSchema" in standard && "validate" in standard);
}

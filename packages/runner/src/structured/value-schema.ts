import type { Schema, SchemaDraft, Validator } from "@cfworker/json-schema";
import {
  isStandardSchema,
  type JsonSchema,
  OllamaError,
  type StandardSchema,
  toWireFormat,
} from "@codo/ollama-contract";
import { effectAdvice } from "./effect-advice.js";
import { zodJsonSchema } from "./zod-json-schema.js";

/** A value that fits a schema, or what is wrong with it. */
export type Validation<T> = { value: T; issues?: undefined } | { issues: string[] };

/** A schema of either kind: as JSON Schema for the model, and as a check for what it answers. */
export interface ValueSchema<T> {
  jsonSchema: JsonSchema;
  validate: (value: unknown) => Promise<Validation<T>>;
}

/**
 * Brings a JSON Schema or a Standard Schema to one shape.
 * @throws OllamaError `INVALID_REQUEST` when it is neither, or cannot be written as JSON Schema
 */
export async function toValueSchema<T>(schema: JsonSchema | StandardSchema<T>): Promise<ValueSchema<T>> {
  if ((typeof schema !== "object" && typeof schema !== "function") || schema === null) {
    throw new OllamaError("INVALID_REQUEST", "A schema is a JSON Schema object or a Standard Schema.");
  }
  const effect = effectAdvice(schema);
  if (effect !== undefined) {
    throw new OllamaError("INVALID_REQUEST", "This schema of Effect does not say its JSON Schema.", { advice: effect });
  }
  if (typeof schema === "function" && !isStandardSchema(schema)) {
    const advice =
      "Give a JSON Schema, or a schema of zod (3.24 and later), valibot, arktype or another Standard Schema.";
    throw new OllamaError("INVALID_REQUEST", "A function is not a schema.", { advice });
  }
  if (Array.isArray(schema)) throw new OllamaError("INVALID_REQUEST", "A list is not a schema. Give its JSON Schema.");
  const written = isStandardSchema(schema) ? await zodJsonSchema(schema) : undefined;
  const jsonSchema = written ?? ((await toWireFormat(schema)) as JsonSchema);
  const validate = isStandardSchema(schema) ? standardValidation<T>(schema) : await jsonSchemaValidation<T>(schema);
  return { jsonSchema, validate };
}

interface StandardIssue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
}

function standardValidation<T>(schema: StandardSchema): (value: unknown) => Promise<Validation<T>> {
  return async (value) => {
    const outcome = (await schema["~standard"].validate(value)) as { value: T; issues?: readonly StandardIssue[] };
    if (outcome.issues === undefined) return { value: outcome.value };
    return { issues: outcome.issues.map(({ path = [], message }) => `${pointer(path)}: ${message}`) };
  };
}

function pointer(path: NonNullable<StandardIssue["path"]>): string {
  const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
  return keys.length === 0 ? "(whole value)" : `/${keys.join("/")}`;
}

/** Keywords whose errors only say that something below them is wrong, which has an error of its own. */
const CONTAINERS = new Set(["properties", "items", "prefixItems", "$ref", "allOf", "additionalProperties", "contains"]);

async function jsonSchemaValidation<T>(schema: JsonSchema): Promise<(value: unknown) => Promise<Validation<T>>> {
  // Most runs have no schema.
  const { Validator } = await import("@cfworker/json-schema");
  // The validator writes its own notes into the schema it is given.
  const validator = new Validator(structuredClone(schema) as Schema, draftOf(schema), false);
  return async (value) => {
    const { valid, errors } = check(validator, value);
    if (valid) return { value: value as T };
    const leaves = errors.filter(({ keyword }) => !CONTAINERS.has(keyword));
    const shown = leaves.length > 0 ? leaves : errors;
    return { issues: shown.map(({ instanceLocation, error }) => `${location(instanceLocation)}: ${error}`) };
  };
}

function check(validator: Validator, value: unknown): ReturnType<Validator["validate"]> {
  try {
    return validator.validate(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OllamaError("INVALID_REQUEST", `The JSON Schema cannot be used: ${reason}`, { cause });
  }
}

function location(instanceLocation: string): string {
  return instanceLocation === "#" ? "(whole value)" : instanceLocation.slice(1);
}

function draftOf({ $schema }: JsonSchema): SchemaDraft {
  if (typeof $schema !== "string") return "2020-12";
  if ($schema.includes("draft-04")) return "4";
  if (/draft-0[67]/.test($schema)) return "7";
  return $schema.includes("2019-09") ? "2019-09" : "2020-12";
}

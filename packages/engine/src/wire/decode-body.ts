import { ApiError } from "../http/api-error.js";
import { isNestedDeeper } from "./nesting.js";
import { scanJson } from "./scan-json.js";

/** Go stops at 10 000; what is rendered and written here recurses, and has no honest use for a tenth of it. */
const DEEPEST_JSON = 1000;

/** Reads one field's value; `path` is where it stands, such as `GenerateRequest.model`. @throws ApiError (400) */
export type Decoder<T> = (value: unknown, path: string) => T;

/** Values of the fields that a table of decoders names; absent and null ones are left out. */
export type Decoded<Fields extends Record<string, Decoder<unknown>>> = {
  [Name in keyof Fields]?: ReturnType<Fields[Name]>;
};

/**
 * Reads a JSON body into a request, with the error texts of Go's decoder. Unknown fields are passed over, `null` is
 * as good as absent, names are matched without regard to case, and text after the first value does not count.
 * @throws ApiError (400)
 */
export function decodeBody<Fields extends Record<string, Decoder<unknown>>>(
  body: string,
  typeName: string,
  fields: Fields,
): Decoded<Fields> {
  if (body.trim() === "") throw new ApiError(400, "missing request body");
  const value = parseFirstValue(body);
  if (isNestedDeeper(value, DEEPEST_JSON)) throw new ApiError(400, "exceeded max depth");
  if (value === null) return {};
  if (!isObject(value)) {
    throw new ApiError(400, `json: cannot unmarshal ${kindOf(value)} into Go value of type api.${typeName}`);
  }
  return decodeFields(value, typeName, fields);
}

function parseFirstValue(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const scan = scanJson(body);
    if ("error" in scan) throw new ApiError(400, scan.error, { cause: error });
    return JSON.parse(body.slice(0, scan.end));
  }
}

/** Reads an object's fields. @throws ApiError (400) */
export function decodeFields<Fields extends Record<string, Decoder<unknown>>>(
  value: Record<string, unknown>,
  path: string,
  fields: Fields,
): Decoded<Fields> {
  const byLowerCase = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  const decoded: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const name = byLowerCase.get(key.toLowerCase());
    const decode = name === undefined ? undefined : fields[name];
    if (name === undefined || decode === undefined || entry === null) continue;
    decoded[name] = decode(entry, `${path}.${name}`);
  }
  return decoded as Decoded<Fields>;
}

/** A string. */
export const text: Decoder<string> = (value, path) => {
  // A lone surrogate is no text: Go reads it as U+FFFD.
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\uFFFD");
  throw mismatch(value, path, "string");
};

/** A boolean. */
export const bool: Decoder<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw mismatch(value, path, "bool");
};

/** A whole number; `null` is nought in a list, as in Go. */
export const integer: Decoder<number> = (value, path) => {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  if (value === null) return 0;
  throw mismatch(value, path, "int");
};

/** A number. */
export const number: Decoder<number> = (value, path) => {
  if (typeof value === "number") return value;
  throw mismatch(value, path, "float64");
};

/** An object whose values are not looked at. */
export const record: Decoder<Record<string, unknown>> = (value, path) => {
  if (isObject(value)) return value;
  throw mismatch(value, path, "map[string]interface {}");
};

/** Whatever it is. */
export const anything: Decoder<unknown> = (value) => value;

/** An array. `goType` is the type's name in error texts, such as `[]int`. */
export function listOf<T>(item: Decoder<T>, goType: string): Decoder<T[]> {
  return (value, path) => {
    if (Array.isArray(value)) return value.map((entry, index) => item(entry, `${path}.${index}`));
    throw mismatch(value, path, goType);
  };
}

/** An object with string values. */
export const textRecord: Decoder<Record<string, string>> = (value, path) => {
  if (!isObject(value)) throw mismatch(value, path, "map[string]string");
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, text(entry, `${path}.${key}`)]));
};

/** The error for a value of the wrong type. */
export function mismatch(value: unknown, path: string, goType: string): ApiError {
  const shown = typeof value === "number" && goType === "int" ? `number ${value}` : kindOf(value);
  return new ApiError(400, `json: cannot unmarshal ${shown} into Go struct field ${path} of type ${goType}`);
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

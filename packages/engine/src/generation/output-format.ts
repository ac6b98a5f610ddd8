import { ApiError } from "../http/api-error.js";
import { encodeJson } from "../json/go-json.js";
import { isObject } from "../wire/decode-body.js";

/** The shape that an answer has to have: any JSON, or a JSON Schema. */
export type OutputFormat = { type: "json" } | { type: "schema"; schema: Record<string, unknown> };

/** Reads a request's `format`; `undefined` is free text. @throws ApiError (500) as a real server does */
export function readFormat(format: unknown): OutputFormat | undefined {
  if (format === undefined || format === null || format === "") return undefined;
  if (format === "json") return { type: "json" };
  if (isObject(format)) return { type: "schema", schema: format };
  const shown = JSON.stringify(encodeJson(format));
  throw new ApiError(500, `invalid format: ${shown}; expected "json" or a valid JSON Schema object`);
}

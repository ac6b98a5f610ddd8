import { randomBytes } from "node:crypto";
import { encodeJson } from "../../json/go-json.js";
import type { Dialect } from "../translated-exchange.js";

const ERROR_TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  429: "rate_limit_error",
  503: "overloaded_error",
};

/** Errors as Anthropic's API has them. */
export const ANTHROPIC: Dialect = {
  errorBody: (status, message) => ({
    type: "error",
    error: { type: ERROR_TYPES[status] ?? "api_error", message },
    request_id: newId("req"),
  }),
};

/** Such as `msg_` and 24 hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}

/** An event under the name of its type. */
export function namedEvent(value: { type: string }): string {
  return `event: ${value.type}\ndata: ${encodeJson(value)}\n\n`;
}

import { randomInt } from "node:crypto";
import type { ApiError } from "../../http/api-error.js";
import { encodeJson } from "../../json/go-json.js";
import type { Dialect } from "../translated-exchange.js";

const ERROR_TYPES: Record<number, string> = { 400: "invalid_request_error", 404: "not_found_error" };

/** Errors as OpenAI's API has them. */
export const OPENAI: Dialect = {
  errorBody: (status, message) => ({
    error: { message, type: ERROR_TYPES[status] ?? "api_error", param: null, code: null },
  }),
};

/** The fields that every answer has; the fingerprint is the real server's. */
export function envelope(prefix: string, object: string): { id: string; object: string; created: number } {
  return { id: `${prefix}-${randomInt(1000)}`, object, created: nowSeconds() };
}

/** Seconds since the epoch. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** One event without a name. */
export function dataEvent(value: unknown): string {
  return `data: ${encodeJson(value)}\n\n`;
}

/** The event that ends a stream. */
export const DONE_EVENT = "data: [DONE]\n\n";

/** An error in the middle of a stream. */
export function errorEvent(error: ApiError): string {
  return dataEvent(OPENAI.errorBody(error.status, error.message));
}

/** Tokens of a whole answer. */
export function usageOf(answer: { promptTokens: number; completionTokens: number }): Record<string, number> {
  const { promptTokens, completionTokens } = answer;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

import type { ChatMessage, ExecutionRequest } from "@codo/ollama-contract";
import { bytesOf, countableOf } from "./token-estimator.js";

/** Room for what a template puts around a prompt and around each message, and for its own words about tools. */
const PER_PROMPT = 128;
const PER_MESSAGE = 16;
const PER_TOOL_LIST = 512;

/** The smallest context window that a server runs: what fits it fits every window. Source: Ollama 0.33. */
export const LEAST_WINDOW = 256;

/**
 * The number of tokens that the prompt of a request cannot exceed. No tokenizer needs more tokens than a text has
 * bytes, so that this holds for digits, code and every script, where an estimate does not.
 */
export function mostTokens(request: ExecutionRequest): number {
  const { messages = [], images, tools, template } = request;
  if (images !== undefined || messages.some((message) => message.images !== undefined)) return Number.POSITIVE_INFINITY;
  const toolTokens = tools === undefined ? 0 : Buffer.byteLength(JSON.stringify(tools)) + PER_TOOL_LIST;
  const text = messages.length > 0 ? mostTokensOf(messages) : 0;
  const own = messages.length > 0 ? (request.system ?? "") : countableOf(request);
  return PER_PROMPT + text + bytesOf(own) + toolTokens + Buffer.byteLength(template ?? "");
}

/** The number of tokens that these messages cannot exceed. */
export function mostTokensOf(messages: readonly ChatMessage[]): number {
  const thinking = messages.reduce((sum, message) => sum + Buffer.byteLength(message.thinking ?? ""), 0);
  return bytesOf(messages) + thinking + messages.length * PER_MESSAGE;
}

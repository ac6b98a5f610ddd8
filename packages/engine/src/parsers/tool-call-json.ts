import { parseLoosely } from "./json-calls.js";
import type { ParsedToolCall } from "./output-parser.js";

/** The names of the tools that a request offers. */
export type ToolNames = ReadonlySet<string>;

/**
 * Reads a call that a model wrote as a JSON object: its name under `name`, its arguments under `arguments` or
 * `parameters`, as an object or as JSON text.
 *
 * @returns nothing for JSON that is no call; `"unknown"` for a call of a tool that is not on offer
 */
export function readToolCall(json: string, names: ToolNames): ParsedToolCall | "unknown" | undefined {
  const value = parseObject(json);
  if (!value || typeof value.name !== "string") return undefined;
  const given = value.arguments ?? value.parameters ?? {};
  const args = typeof given === "string" ? parseObject(given) : given;
  if (!isObject(args)) return undefined;
  return names.has(value.name) ? { name: value.name, arguments: args } : "unknown";
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseLoosely(text);
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { executionOptionEntries, OllamaError, toCamelCase } from "@codo/ollama-contract";
import type { BatchItem } from "./batch-types.js";

/** Other names that files have for fields: those of OpenAI. */
const ALIASES: Readonly<Record<string, string>> = {
  customId: "id",
  maxTokens: "numPredict",
  maxCompletionTokens: "numPredict",
};

/** What the fields of a request have to be; the option's own schema has the say over an option. */
const REQUEST_FIELDS: Readonly<Record<string, "text" | "flag" | "number" | "list" | "any">> = {
  id: "any",
  prompt: "any",
  messages: "any",
  system: "any",
  options: "any",
  format: "any",
  images: "any",
  model: "text",
  think: "any",
  tools: "list",
  keepAlive: "any",
  suffix: "text",
  template: "text",
  raw: "flag",
  logprobs: "flag",
  topLogprobs: "number",
  truncate: "flag",
  shift: "flag",
};

const SAYS = { text: "a text that is not empty", flag: "true or false", number: "a number", list: "an array" } as const;

/** An item whose fields have the names of a request, and the names of those that nothing follows. */
export interface ReadItem {
  item: BatchItem;
  unknown: string[];
}

/**
 * Brings the fields of a batch item to their names: wire names (`keep_alive`), those of OpenAI (`custom_id`,
 * `max_tokens`), and run options that stand beside the prompt. What stands in `options` wins over what stands beside it.
 * @throws OllamaError `INVALID_REQUEST` for a field that is not what it has to be
 */
export function readItemFields(input: object): ReadItem {
  const item: Record<string, unknown> = {};
  const options: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(input)) {
    const camel = toCamelCase(key);
    const name = ALIASES[camel] ?? camel;
    const kind = Object.hasOwn(REQUEST_FIELDS, name) ? REQUEST_FIELDS[name] : undefined;
    const isOption = kind === undefined && Object.hasOwn(executionOptionEntries, name);
    if (kind === undefined && !isOption) unknown.push(key);
    else if (value === undefined || value === null) continue;
    else if (isOption) options[name] = name === "stop" && typeof value === "string" ? [value] : value;
    else if (!(name in item) || name === key) {
      assertKind(key, kind ?? "any", value);
      item[name] = value;
    }
  }
  if (Object.keys(options).length > 0 && isRecordOrAbsent(item.options)) {
    item.options = { ...options, ...(item.options as object | undefined) };
  }
  return { item: item as BatchItem, unknown };
}

/** What to say of each field of an item that nothing follows. */
export function unknownFieldWarnings(input: unknown): string[] {
  if (typeof input !== "object" || input === null) return [];
  const known = Object.entries(input).map(([key]) => [key, null] as const);
  return readItemFields(Object.fromEntries(known)).unknown.map(
    (key) => `The field "${key}" of a batch item is unknown and was not followed.`,
  );
}

function assertKind(key: string, kind: (typeof REQUEST_FIELDS)[string], value: unknown): void {
  const isRight = {
    any: true,
    text: typeof value === "string" && value.trim() !== "",
    flag: typeof value === "boolean",
    number: typeof value === "number",
    list: Array.isArray(value),
  }[kind];
  if (isRight || kind === "any") return;
  throw new OllamaError("INVALID_REQUEST", `In a batch item \`${key}\` is ${SAYS[kind]}.`);
}

function isRecordOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));
}

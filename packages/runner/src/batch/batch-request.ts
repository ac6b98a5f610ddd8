import {
  type ExecutionRequest,
  OllamaError,
  type PartialExecutionOptions,
  resolveExecutionOptions,
} from "@codo/ollama-contract";
import { assertMessages } from "../execution/check-input.js";
import type { RunCall } from "../execution/run-call.js";
import type { BatchInput, BatchItem } from "./batch-types.js";
import { readItemFields } from "./item-fields.js";

/** What all items of a batch share. */
export interface BatchDefaults {
  model: string;
  options: PartialExecutionOptions;
  call: RunCall;
}

/** @throws OllamaError `INVALID_REQUEST` for what gives no prompts or items */
export function assertInputs(prompts: unknown): void {
  const isObject = typeof prompts === "object" && prompts !== null;
  if (isObject && (Symbol.asyncIterator in prompts || Symbol.iterator in prompts)) return;
  throw new OllamaError("INVALID_REQUEST", "A batch takes an array or an (async) iterable of prompts or items.");
}

/** The id of an item as text; numbers in JSONL files are ids too. */
export function idOf(input: BatchInput): string | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const { id = (input as { custom_id?: unknown }).custom_id } = input;
  return id === undefined || id === null ? undefined : String(id);
}

/**
 * The request of one item.
 * @throws OllamaError `INVALID_REQUEST` for an item with neither a prompt nor messages
 */
export function toBatchRequest(input: BatchInput, { model, options, call }: BatchDefaults): ExecutionRequest {
  if (typeof input === "string") return { ...call, model, options, ...subjectOf({ prompt: input }, call.tools) };
  const { item } = readItemFields(typeof input === "object" && input !== null ? input : {});
  assertItem(item);
  const { id: _id, prompt: _prompt, messages: _messages, options: own, format, ...fields } = item;
  const hasOwnOptions = own !== undefined || format !== undefined;
  return {
    ...call,
    model,
    ...fields,
    options: hasOwnOptions ? resolveExecutionOptions(options, own, format && { format }) : options,
    ...subjectOf(item, item.tools ?? call.tools),
  };
}

/** Only a chat has tools, so that a prompt with tools is the first message of one. */
function subjectOf(
  { prompt = "", messages }: Pick<BatchItem, "prompt" | "messages">,
  tools: BatchItem["tools"],
): Pick<ExecutionRequest, "prompt" | "messages"> {
  if (messages !== undefined) return { messages };
  return tools === undefined || tools.length === 0 ? { prompt } : { messages: [{ role: "user", content: prompt }] };
}

type ItemValues = { [K in keyof BatchItem]: unknown };

/** Fields that a file may hold in any type; each by what it has to be. */
function assertFields({ format, options, images, system, think, keepAlive }: ItemValues): void {
  const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  const isAbsent = (value: unknown): boolean => value === undefined || value === null;
  const problems = [
    isAbsent(format) || format === "json" || format === "text" || typeof format === "function" || isRecord(format)
      ? ""
      : '`format` is "json", "text" or a JSON Schema',
    isAbsent(options) || isRecord(options) ? "" : "`options` is an object",
    isAbsent(images) || Array.isArray(images) ? "" : "`images` is an array",
    isAbsent(system) || typeof system === "string" ? "" : "`system` is a string",
    isAbsent(think) || typeof think === "boolean" || typeof think === "string"
      ? ""
      : '`think` is true, false or a level such as "low"',
    isAbsent(keepAlive) || typeof keepAlive === "number" || typeof keepAlive === "string"
      ? ""
      : '`keep_alive` is a number of seconds, or a text such as "5m"',
  ];
  const problem = problems.find((text) => text !== "");
  if (problem !== undefined) throw new OllamaError("INVALID_REQUEST", `In a batch item ${problem}.`);
}

function assertItem(input: unknown): asserts input is BatchItem {
  const item = (typeof input === "object" && input !== null ? input : {}) as BatchItem;
  assertFields(item);
  if (item.messages !== undefined) {
    if (item.prompt === undefined) return assertMessages(item.messages);
    throw new OllamaError("INVALID_REQUEST", "A batch item has both `prompt` and `messages`. Set one of the two.");
  }
  if (typeof item.prompt === "string") return;
  throw new OllamaError(
    "INVALID_REQUEST",
    "A batch item is a string, or an object with a string `prompt` or an array of `messages`.",
  );
}

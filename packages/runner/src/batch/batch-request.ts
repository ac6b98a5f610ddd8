import {
  type ExecutionRequest,
  OllamaError,
  type PartialExecutionOptions,
  resolveExecutionOptions,
} from "@codo/ollama-contract";
import { assertMessages } from "../execution/check-input.js";
import type { RunCall } from "../execution/run-call.js";
import type { BatchInput, BatchItem } from "./batch-types.js";

/** What all items of a batch share. */
export interface BatchDefaults {
  model: string;
  options: PartialExecutionOptions;
  call: RunCall;
}

/** The id of an item as text; numbers in JSONL files are ids too. */
export function idOf(input: BatchInput): string | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  return input.id === undefined || input.id === null ? undefined : String(input.id);
}

/**
 * The request of one item.
 * @throws OllamaError `INVALID_REQUEST` for an item with neither a prompt nor messages
 */
export function toBatchRequest(input: BatchInput, { model, options, call }: BatchDefaults): ExecutionRequest {
  if (typeof input === "string") return { ...call, model, options, prompt: input };
  assertItem(input);
  const { system, images, format } = input;
  const hasOwnOptions = input.options !== undefined || format !== undefined;
  return {
    ...call,
    model,
    options: hasOwnOptions ? resolveExecutionOptions(options, input.options, format && { format }) : options,
    ...(input.messages === undefined ? { prompt: input.prompt ?? "" } : { messages: input.messages }),
    ...(system !== undefined && { system }),
    ...(images !== undefined && { images }),
  };
}

/** Fields that a file may hold in any type; each by what it has to be. */
function assertFields({ format, options, images, system }: { [K in keyof BatchItem]: unknown }): void {
  const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  const isAbsent = (value: unknown): boolean => value === undefined || value === null;
  const problems = [
    isAbsent(format) || typeof format === "string" || typeof format === "function" || isRecord(format)
      ? ""
      : '`format` is "json", or a JSON Schema',
    isAbsent(options) || isRecord(options) ? "" : "`options` is an object",
    isAbsent(images) || Array.isArray(images) ? "" : "`images` is an array",
    isAbsent(system) || typeof system === "string" ? "" : "`system` is a string",
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

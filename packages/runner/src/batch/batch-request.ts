import {
  type ExecutionRequest,
  OllamaError,
  type PartialExecutionOptions,
  resolveExecutionOptions,
} from "@codo/ollama-core";
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

function assertItem(input: unknown): asserts input is BatchItem {
  const item = (typeof input === "object" && input !== null ? input : {}) as BatchItem;
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

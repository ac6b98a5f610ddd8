import type { ToolCall } from "@codo/ollama-contract";
import type { ExecutorReplyLine } from "../wire/executor-client.js";
import { numberOf, recordOf, recordsIn, textOf } from "./reply-fields.js";

const COUNTS = [
  "total_duration",
  "load_duration",
  "prompt_eval_count",
  "prompt_eval_cached_count",
  "prompt_eval_duration",
  "eval_count",
  "eval_duration",
] as const;

/** The last line of an answer with the counts that are numbers; what is not, the server did not say. */
export function readLastLine(line: ExecutorReplyLine): ExecutorReplyLine {
  const read: ExecutorReplyLine = { ...line, done_reason: textOf(line.done_reason) || undefined };
  for (const name of COUNTS) read[name] = numberOf(line[name]);
  if (!Array.isArray(line.context)) read.context = undefined;
  return read;
}

/**
 * Tool calls as the protocol has them. Servers after OpenAI's pattern write the arguments as JSON text, and none as an
 * empty text or not at all; a call without a name is none.
 */
export function readToolCalls(value: unknown): ToolCall[] {
  return recordsIn(value).flatMap((call): ToolCall[] => {
    const called = recordOf(call.function);
    const name = textOf(called.name);
    if (name === "") return [];
    return [{ ...call, function: { ...called, name, arguments: readArguments(called.arguments) } } as ToolCall];
  });
}

/** A text that is no JSON object stays what it is, so that the tool can say what is wrong with it. */
function readArguments(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null || value === "") return {};
  if (typeof value !== "string") return value as Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : (value as never);
  } catch {
    return value as never;
  }
}

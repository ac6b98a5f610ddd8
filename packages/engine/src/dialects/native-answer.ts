import { isObject } from "../wire/decode-body.js";
import type { Native } from "./translated-exchange.js";

/** A tool call of an answer. */
export interface AnsweredCall {
  id: string;
  index: number;
  name: string;
  arguments: unknown;
}

/** What other APIs need of an answer of `/api/chat` or `/api/generate`, or of one line of it. */
export interface AnswerParts {
  model: string;
  content: string;
  thinking: string;
  calls: AnsweredCall[];
  isDone: boolean;
  /** Empty while the answer goes on. */
  doneReason: string;
  promptTokens: number;
  completionTokens: number;
  logprobs: unknown[] | undefined;
}

/** Reads an answer of our own. */
export function readAnswer(answer: Native): AnswerParts {
  const message = isObject(answer.message) ? answer.message : { content: answer.response, thinking: answer.thinking };
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  return {
    model: textOf(answer.model),
    content: textOf(message.content),
    thinking: textOf(message.thinking),
    calls: calls.map(readCall),
    isDone: answer.done === true,
    doneReason: textOf(answer.done_reason),
    promptTokens: numberOf(answer.prompt_eval_count),
    completionTokens: numberOf(answer.eval_count),
    logprobs: Array.isArray(answer.logprobs) ? answer.logprobs : undefined,
  };
}

function readCall(call: unknown): AnsweredCall {
  const { id, function: called } = call as { id?: unknown; function: Native };
  return {
    id: textOf(id),
    index: numberOf(called.index),
    name: textOf(called.name),
    arguments: called.arguments ?? {},
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

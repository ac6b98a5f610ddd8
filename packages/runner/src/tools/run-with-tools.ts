import {
  type ChatMessage,
  type ExecutionEvent,
  type ExecutionRequest,
  type ModelExecutionResult,
  OllamaError,
  type PartialExecutionOptions,
  type ToolCall,
} from "@codo/ollama-contract";
import { throwIfAborted } from "@codo/ollama-contract/executor-kit";
import type { RunCall } from "../execution/run-call.js";
import { runToolCall, skippedCall } from "./run-tool-call.js";
import type { AnyTool } from "./tool.js";
import { ToolBox } from "./tool-box.js";
import type { ApprovalAnswer, PendingToolCall, ToolCallRecord, ToolStep } from "./tool-call-record.js";

/** How a run with tools is done, beside what every run takes. */
export interface ToolsCall extends Omit<RunCall, "tools"> {
  options?: PartialExecutionOptions;
  /** Most turns of the model. Calls in the last one are not run, since nobody would read what they return. @defaultValue 8 */
  maxSteps?: number;
  /** Asked before each call, one at a time, with the validated arguments. Without it every call is approved. */
  approve?: (call: PendingToolCall) => ApprovalAnswer | Promise<ApprovalAnswer>;
  /** Called for each piece of the model's turns as it comes; without it the turns are not streamed. */
  onEvent?: (event: ExecutionEvent) => void;
  /** Called for each call as soon as it is done. */
  onCall?: (call: ToolCallRecord) => void;
  /** Called after each step with what happened in it. */
  onStep?: (step: ToolStep) => unknown;
}

/** What came of a run with tools. */
export interface ToolsAnswer {
  /** The text of the last turn. */
  response: string;
  /** The last turn. */
  result: ModelExecutionResult;
  /** Why it ended: the model answered, the step limit, or a turn that failed. */
  finishReason: "answer" | "maxSteps" | "error";
  /** Each turn with its calls. */
  steps: ToolStep[];
  /** The whole conversation, to go on from. */
  messages: ChatMessage[];
}

/** A run with tools: the chat, the tools, and how to run one turn. */
export interface ToolsRun {
  model: string;
  messages: ChatMessage[];
  tools: readonly AnyTool[];
  call: ToolsCall;
  run: (request: ExecutionRequest) => Promise<ModelExecutionResult>;
}

/** Lets a model call tools until it answers. */
export async function runToolSteps({ model, messages, tools, call, run }: ToolsRun): Promise<ToolsAnswer> {
  const { maxSteps = 8, approve, onStep, onEvent: _, onCall, options = {}, ...runCall } = call;
  if (!Number.isInteger(maxSteps) || maxSteps < 1) {
    throw new OllamaError("INVALID_REQUEST", `\`maxSteps\` is a whole number from 1; it was ${String(maxSteps)}.`);
  }
  const box = await ToolBox.of(tools);
  const approveInTurn = approve && oneAtATime(approve);
  const chat = [...messages];
  const steps: ToolStep[] = [];
  while (true) {
    const result = await run({ ...runCall, model, messages: [...chat], options, tools: box.definitions });
    const toolCalls = result.metadata.toolCalls ?? [];
    const isLast = steps.length + 1 >= maxSteps;
    const turn = { tools: box, step: steps.length, signal: call.signal, approve: approveInTurn };
    const calls = !result.success
      ? []
      : isLast
        ? toolCalls.map((toolCall) => skippedCall(toolCall, maxSteps))
        : await Promise.all(
            toolCalls.map(async (toolCall) => {
              const record = await runToolCall(toolCall, turn);
              onCall?.(record);
              return record;
            }),
          );
    throwIfAborted(call.signal, "The run with tools");
    if (result.success) chat.push(assistantMessage(result, toolCalls), ...calls.map(toolMessage));
    steps.push({ result, calls });
    await onStep?.({ result, calls });
    const finishReason = !result.success
      ? "error"
      : toolCalls.length === 0
        ? "answer"
        : isLast
          ? "maxSteps"
          : undefined;
    if (finishReason !== undefined) {
      return { response: result.response, result, finishReason, steps, messages: chat };
    }
  }
}

function assistantMessage(result: ModelExecutionResult, toolCalls: ToolCall[]): ChatMessage {
  const { thinking } = result.metadata;
  return {
    role: "assistant",
    content: result.response,
    // Models that reason between their calls are trained to see that reasoning again.
    ...(thinking !== undefined && { thinking }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  };
}

function toolMessage({ id, name, content }: ToolCallRecord): ChatMessage {
  return { role: "tool", content, tool_name: name, ...(id !== undefined && { tool_call_id: id }) };
}

/** A person is asked one question at a time, also where calls run together. */
function oneAtATime<A, B>(ask: (question: A) => B | Promise<B>): (question: A) => Promise<B> {
  let previous: Promise<unknown> = Promise.resolve();
  return (question) => {
    const answer = previous.then(() => ask(question));
    previous = answer.catch(() => {});
    return answer;
  };
}

import type { ChatMessage, ModelExecutionResult } from "@codo/ollama-core";
import type { AnyTool, ModelRunner, ToolCallRecord, ToolsAnswer } from "@codo/ollama-runner";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { counted } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";
import { clip } from "../../terminal/text-layout.js";
import { AnswerWriter } from "../answer-writer.js";
import { isDataFormat, type RunPlan } from "../run-options.js";
import { waitForAnswer } from "../wait-for-answer.js";
import type { ToolApproval } from "./ask-approval.js";

/** A prompt for a model that may call tools. */
export interface ToolsTask {
  runner: ModelRunner;
  model: string;
  url: string | undefined;
  messages: ChatMessage[];
  plan: RunPlan;
  tools: readonly AnyTool[];
  /** Decides on each call. */
  approve: ToolApproval;
  /** Ends the run. */
  signal: AbortSignal;
}

const LONGEST_OUTPUT = 200;

/** Lets the model call tools until it answers, shows each call, and keeps all of them on the result. */
export async function answerWithTools(
  { runner, model, url, messages, plan, tools, approve, signal }: ToolsTask,
  args: ParsedArguments,
  context: CliContext,
): Promise<{ result: ModelExecutionResult; messages: ChatMessage[] }> {
  const { terminal, globals } = context;
  const isData = isDataFormat(plan.options.format);
  const writer = await AnswerWriter.open(terminal, { isRaw: args.flag("raw"), isData, showsCalls: false });
  const isStreamed = globals.isJson && args.flag("stream");
  const { system: _system, images: _images, ...call } = plan.call;
  let endWait = waitForAnswer(context, { model, url });
  const endShown = (): void => {
    endWait();
    writer.end();
  };
  const answer: ToolsAnswer = await runner
    .runWithTools(model, messages, tools, {
      ...call,
      signal,
      options: plan.options,
      approve: (pending) => approve(pending, endShown),
      onEvent: (event) => {
        endWait(event);
        if (isStreamed) terminal.json(event);
        else if (!globals.isJson) writer.show(event);
      },
      onCall: (record) => {
        writer.end();
        if (isStreamed) terminal.json({ type: "toolResult", call: record });
        else terminal.note(terminal.errStyle.dim(describeCall(record)));
        endWait();
        endWait = waitForAnswer(context, { model, url });
      },
    })
    .finally(endShown);
  const { result, steps, finishReason } = answer;
  result.metadata.tools = { finishReason, calls: steps.flatMap(({ calls }) => calls) };
  if (finishReason === "maxSteps")
    terminal.warn(`The model still called tools after ${counted(steps.length, "turn")}, and was stopped.`);
  return { result, messages: answer.messages };
}

/** A call on one line, with what came of it. */
function describeCall({ name, arguments: input, status, content, error }: ToolCallRecord): string {
  const outcome = status === "ok" ? content : `${status}: ${error ?? ""}`;
  return sanitize(`Tool ${name}(${JSON.stringify(input)}) → ${clip(outcome, LONGEST_OUTPUT)}`);
}

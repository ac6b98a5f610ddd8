import type { RunSettings } from "@codo/ollama-config";
import type { ChatMessage, ModelExecutionResult } from "@codo/ollama-core";
import type { ModelRunner, SavedConversation, TextStream } from "@codo/ollama-runner";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { reportError } from "../../errors/report-error.js";
import { UsageError } from "../../errors/usage-error.js";
import { hintFor } from "../../hints/hint-for.js";
import { AnswerWriter } from "../../running/answer-writer.js";
import { readAttachment, type SortedAttachments, sortAttachments } from "../../running/attachments.js";
import { chooseModel } from "../../running/choose-model.js";
import { createPromptExecutor } from "../../running/prompt-executor.js";
import { fillNamed, type NamedTemplate, readNamedTemplate } from "../../running/prompt-template.js";
import { textOf } from "../../running/read-text.js";
import { errorOf, printLeftOut, printResultNotes, timingLines } from "../../running/result-notes.js";
import { isDataFormat, planRuns, type RunPlan } from "../../running/run-options.js";
import { keepResult } from "../../running/save-result.js";
import { type NamedTools, readTools } from "../../running/tools/tool-options.js";
import { waitForAnswer } from "../../running/wait-for-answer.js";
import { type PromptWords, takeModelWord } from "./model-word.js";
import { readPrompt } from "./read-prompt.js";

/** Asks a model once. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const past = args.flag("continue") ? await (await lastConversations()).readLastConversation(context) : undefined;
  const template = await readNamedTemplate(args, context);
  const {
    prompt,
    settings,
    images,
    documents,
    model: named,
    installed,
  } = await readInputs(args, context, { past, template });
  const planRun = await planRuns(args, context, { template: settings });
  const tools = await readTools(args, context);
  if (tools !== undefined && documents.length > 0) {
    throw new UsageError(
      "Documents and tools do not go together yet.",
      "Pipe the document in, or leave the tools out.",
    );
  }
  const startedAtMs = performance.now();
  const { model, url } = await chooseModel(context, named, installed);
  const plan = await planRun(model);
  // One limit for the whole: what the choice of a model took is no longer there for the answer.
  const { totalMs } = plan.call.timeouts ?? {};
  const spentMs = performance.now() - startedAtMs;
  if (totalMs && spentMs > 100) plan.call.timeouts = { totalMs: Math.max(1, Math.round(totalMs - spentMs)) };
  if (images.length > 0) plan.call.images = images;
  const { runner, assertServer } = await openRunner(context, url);
  const task: Task = { runner, assertServer, model, url, prompt, plan, documents, past };
  const { result, messages } =
    tools === undefined
      ? { result: await answer(task, args, context), messages: undefined }
      : await answerCallingTools(task, tools, args, context);
  if (tools !== undefined && !result.success) task.assertServer();
  const isKept = await keepResult(context, result, { isWanted: !args.flag("no-save"), tags: args.list("tag") });
  if (globals.isJson && !args.flag("stream")) terminal.json(result);
  if (!result.success) {
    const error = errorOf(result);
    if (isKept && result.response !== "")
      terminal.note(`The part that came is kept: \`codo outputs show ${result.id} -r\``);
    if (!globals.isJson) throw error;
    // The result is the one JSON value already; what happened is printed for people as well.
    const hint = await hintFor(error, context);
    return reportError(error, terminal, { verbose: globals.isVerbose, ...(hint === undefined ? {} : { hint }) });
  }
  if (!args.flag("no-save")) await keepConversation(task, context, { result, messages });
  printResultNotes(result, terminal);
  printLeftOut(result, terminal);
  if (globals.isVerbose) for (const line of timingLines(result)) terminal.note(line);
  return undefined;
}

interface Task {
  runner: ModelRunner;
  /** Throws where no server was reached: then there is no result to show or to keep. */
  assertServer: () => void;
  model: string;
  url: string | undefined;
  prompt: string;
  plan: RunPlan;
  documents: SortedAttachments["documents"];
  /** The conversation that is continued. */
  past: SavedConversation | undefined;
}

// Loaded where a conversation is read or kept, and not before the prompt is sent.
async function lastConversations(): Promise<typeof import("../../running/last-conversation.js")> {
  return await import("../../running/last-conversation.js");
}

interface Inputs extends SortedAttachments, Pick<PromptWords, "installed"> {
  prompt: string;
  model: string | undefined;
  /** What a template says of the run. */
  settings: RunSettings;
}

/** What goes to the model: the words, what is piped in, a template around them, files and addresses. */
async function readInputs(
  args: ParsedArguments,
  context: CliContext,
  { past, template }: { past: SavedConversation | undefined; template: NamedTemplate | undefined },
): Promise<Inputs> {
  const list = args.list("prompt");
  const named = args.text("model") ?? past?.model;
  const words = named === undefined ? await takeModelWord(context, list) : { model: named, prompt: list };
  const attached = args.list("attach");
  const isInputTaken = attached.includes("-");
  const text = await readPrompt(words.prompt, context, { isInputTaken, isOptional: template !== undefined });
  const filled = template === undefined ? undefined : fillNamed(template, { input: text });
  const [images, documents, sorted] = await Promise.all([
    Promise.all(args.list("image").map((source) => readAttachment("image", source))),
    Promise.all(args.list("context").map((source) => readAttachment("context", source))),
    Promise.all(attached.map((source) => readAttachment("attach", source))).then(sortAttachments),
  ]);
  const system = filled?.system === undefined ? {} : { system: filled.system };
  return {
    prompt: filled?.prompt ?? text,
    settings: { ...filled?.options, ...system },
    model: args.text("model") ?? (past === undefined ? words.model : undefined) ?? filled?.model ?? words.model,
    ...("installed" in words ? { installed: words.installed } : {}),
    images: [...images.map(({ bytes }) => bytes), ...sorted.images],
    documents: [
      ...documents.map(({ name, bytes }) => ({ title: name, text: textOf(bytes, name) })),
      ...sorted.documents,
    ],
  };
}

/** A runner at an address that answers, or one that finds a server by sending the prompt. */
async function openRunner(
  context: CliContext,
  url: string | undefined,
): Promise<Pick<Task, "runner" | "assertServer">> {
  if (url !== undefined) return { runner: await context.runner(url), assertServer: () => undefined };
  const [{ executor, assertServer }, { ModelRunner }] = await Promise.all([
    createPromptExecutor(context),
    import("@codo/ollama-runner"),
  ]);
  return { runner: new ModelRunner(executor), assertServer };
}

/** Shows the answer as it comes. Ctrl-C ends it, and the part that came is a result too, which says so. */
async function answer(task: Task, args: ParsedArguments, context: CliContext): Promise<ModelExecutionResult> {
  const { terminal, globals, signal } = context;
  const isData = isDataFormat(task.plan.options.format);
  const writer = await AnswerWriter.open(terminal, { isRaw: args.flag("raw"), isData });
  const endWait = waitForAnswer(context, task);
  const stream = startAnswer(task);
  // An abort by a signal would reject, and what came would be lost.
  const cancel = () => stream.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    for await (const event of stream.events) {
      endWait(event);
      if (event.type === "end") task.assertServer();
      if (!globals.isJson) writer.show(event);
      else if (args.flag("stream")) terminal.json(event);
    }
  } finally {
    endWait();
  }
  if (!globals.isJson) writer.end();
  return await stream.result;
}

async function answerCallingTools(
  task: Task,
  { tools, approval }: NamedTools,
  args: ParsedArguments,
  context: CliContext,
): Promise<{ result: ModelExecutionResult; messages: ChatMessage[] }> {
  const [{ answerWithTools }, { askAtTerminal, createApproval }] = await Promise.all([
    import("../../running/tools/answer-with-tools.js"),
    import("../../running/tools/ask-approval.js"),
  ]);
  const { signal } = context;
  const approve = createApproval(approval, (question) => askAtTerminal(question, signal));
  return await answerWithTools({ ...task, tools, approve, signal, messages: messagesOf(task) }, args, context);
}

/** Sends the prompt: alone, with documents, or as the next message of a conversation. */
function startAnswer({ runner, model, prompt, plan, documents, past }: Task): TextStream {
  const { signal: _, ...call } = plan.call;
  if (past === undefined) {
    if (documents.length === 0) return runner.runStreaming(model, prompt, plan.options, call);
    return runner.streamWithContext(model, prompt, documents, plan.options, call);
  }
  const { system, images, ...rest } = call;
  const history = historyOf(past, system);
  const options = { ...past.options, ...plan.options };
  if (documents.length > 0) {
    return runner.streamWithContext(model, prompt, documents, options, { ...rest, ...(images && { images }), history });
  }
  const message = { role: "user" as const, content: prompt, ...(images && { images }) };
  return runner.stream({ ...rest, model, options, messages: [...history, message] });
}

/** What was said before; a system prompt that is given now takes the place of the earlier one. */
function historyOf({ messages }: Pick<SavedConversation, "messages">, system: string | undefined): ChatMessage[] {
  if (system === undefined) return [...messages];
  return [{ role: "system", content: system }, ...messages.filter(({ role }) => role !== "system")];
}

/** The question as a chat: after what was said before, with the system prompt first. */
function messagesOf({ plan, past, prompt }: Task): ChatMessage[] {
  const { system, images } = plan.call;
  return [...historyOf(past ?? { messages: [] }, system), { role: "user", content: prompt, ...(images && { images }) }];
}

/** Keeps question and answer, for `-c` and `chat --resume last`. */
async function keepConversation(
  { runner, model, plan, past, documents, prompt }: Task,
  context: CliContext,
  { result, messages: said }: { result: ModelExecutionResult; messages: ChatMessage[] | undefined },
): Promise<void> {
  const { system, images } = plan.call;
  const { thinking } = result.metadata;
  const asked = documents.length > 0 && past === undefined ? result.prompt : prompt;
  const messages: ChatMessage[] = said ?? [
    ...historyOf(past ?? { messages: [] }, system),
    { role: "user", content: asked, ...(images && { images }) },
    { role: "assistant", content: result.response, ...(thinking === undefined ? {} : { thinking }) },
  ];
  const options = { ...past?.options, ...plan.options };
  await (await lastConversations()).keepLastConversation(context, { runner, model, messages, options });
}

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { ModelExecutionResult } from "@codo/ollama-core";
import type { ModelRunner } from "@codo/ollama-runner";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { reportError } from "../../errors/report-error.js";
import { UsageError } from "../../errors/usage-error.js";
import { hintFor } from "../../hints/hint-for.js";
import { chooseModel } from "../../running/choose-model.js";
import { createPromptExecutor } from "../../running/prompt-executor.js";
import { readPipedInput } from "../../running/read-stdin.js";
import { textOf } from "../../running/read-text.js";
import { errorOf, tellLeftOut, tellResult, timingLines } from "../../running/result-notes.js";
import { planRuns, type RunPlan } from "../../running/run-options.js";
import { keepResult } from "../../running/save-result.js";
import { AnswerWriter } from "../../terminal/answer-writer.js";

/** Asks a model once. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const prompt = await readPrompt(args, context);
  const [images, documents] = await Promise.all([
    Promise.all(args.list("image").map((file) => readInputFile("image", file))),
    Promise.all(args.list("context").map((file) => readInputFile("context", file))),
  ]);
  const planRun = await planRuns(args, context);
  const startedAtMs = performance.now();
  const { model, url } = await chooseModel(context, args.text("model"));
  const plan = await planRun(model);
  // One limit for the whole: what the choice of a model took is no longer there for the answer.
  const { totalMs } = plan.call.timeouts ?? {};
  const spentMs = performance.now() - startedAtMs;
  if (totalMs && spentMs > 100) plan.call.timeouts = { totalMs: Math.max(1, Math.round(totalMs - spentMs)) };
  if (images.length > 0) plan.call.images = images.map(({ bytes }) => bytes);
  const { runner, assertServer } = await openRunner(context, url);
  const task: Task = { runner, assertServer, model, prompt, plan, documents };
  const result = await answer(task, args, context);
  const isKept = await keepResult(context, result, { isWanted: !args.flag("no-save"), tags: args.list("tag") });
  if (globals.isJson && !args.flag("stream")) terminal.json(result);
  if (!result.success) {
    const error = errorOf(result);
    if (isKept && result.response !== "")
      terminal.note(`The part that came is kept: codo outputs show ${result.id} -r`);
    if (!globals.isJson) throw error;
    // The result is the one JSON value already; what happened is printed for people as well.
    const hint = await hintFor(error, context);
    return reportError(error, terminal, { verbose: globals.isVerbose, ...(hint === undefined ? {} : { hint }) });
  }
  tellResult(result, terminal);
  tellLeftOut(result, terminal);
  if (globals.isVerbose) for (const line of timingLines(result)) terminal.note(line);
  return undefined;
}

interface Task {
  runner: ModelRunner;
  /** Throws where no server was reached: then there is no result to show or to keep. */
  assertServer: () => void;
  model: string;
  prompt: string;
  plan: RunPlan;
  documents: InputFile[];
}

interface InputFile {
  name: string;
  bytes: Uint8Array;
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
async function answer(
  { runner, assertServer, model, prompt, plan, documents }: Task,
  args: ParsedArguments,
  { terminal, globals, signal }: CliContext,
): Promise<ModelExecutionResult> {
  const { signal: _, ...call } = plan.call;
  const texts = documents.map(({ name, bytes }) => ({ title: name, text: textOf(bytes, name) }));
  const stream =
    texts.length > 0
      ? runner.streamWithContext(model, prompt, texts, plan.options, call)
      : runner.runStreaming(model, prompt, plan.options, call);
  // An abort by a signal would reject, and what came would be lost.
  const cancel = () => stream.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  const writer = new AnswerWriter(terminal, { isRaw: args.flag("raw") });
  for await (const event of stream.events) {
    if (event.type === "end") assertServer();
    if (!globals.isJson) writer.show(event);
    else if (args.flag("stream")) terminal.json(event);
  }
  if (!globals.isJson) writer.end();
  return await stream.result;
}

async function readPrompt(args: ParsedArguments, { terminal }: CliContext): Promise<string> {
  const words = args.list("prompt").join(" ");
  const piped = await readPipedInput({ stdin: process.stdin, terminal, isOptional: words !== "" });
  const prompt = [piped.trimEnd(), words].filter((part) => part !== "").join("\n\n");
  if (prompt !== "") return prompt;
  throw new UsageError(
    "There is no prompt.",
    'For example: codo run "Why is the sky blue?"; `codo chat` is for talking.',
  );
}

async function readInputFile(option: string, file: string): Promise<InputFile> {
  try {
    return { name: basename(file), bytes: await readFile(file) };
  } catch (cause) {
    throw new UsageError(`--${option}: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code}).`);
  }
}

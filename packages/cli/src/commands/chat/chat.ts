import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OllamaError } from "@codo/ollama-core";
import { assertOwnFile } from "@codo/ollama-output";
import { type ContextPolicy, Conversation } from "@codo/ollama-runner";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { reportError } from "../../errors/report-error.js";
import { UsageError } from "../../errors/usage-error.js";
import { suggestModel } from "../../hints/suggest-model.js";
import { chooseModel } from "../../running/choose-model.js";
import { editText } from "../../running/open-editor.js";
import { planRuns } from "../../running/run-options.js";
import { readTools } from "../../running/tools/tool-options.js";
import { counted } from "../../terminal/quantities.js";
import { ChatSession } from "./chat-session.js";
import { ChatTurns } from "./chat-turns.js";
import { completeLine } from "./complete-line.js";
import { InputReader } from "./input-reader.js";
import { type ChatScene, isSlashCommand, runSlashCommand } from "./slash-commands.js";

/** Holds a conversation, at a terminal or line by line in a pipe. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const tools = await readTools(args, context);
  const begun = await beginChat(args, context);
  const { session, scene } = begun;
  const turns = new ChatTurns(args, context, { ...begun, tools });
  scene.say = (message) => turns.take(message);
  const reader = new InputReader({
    input: process.stdin,
    output: process.stderr,
    complete: (line) => completeLine(line, session),
    onInterrupt: () => turns.interrupt(reader),
    ...(args.flag("no-save") ? {} : { historyFile: session.historyFile }),
  });
  turns.ask = (question) => reader.ask(question, turns.cancelled);
  scene.edit = (text) => reader.lend(() => editText(text, context.env));
  scene.confirm = (question) => reader.confirm(question);
  const end = () => reader.close();
  context.signal.addEventListener("abort", end, { once: true });
  if (process.stdin.isTTY) context.terminal.note(`${session.conversation.model} listens. /? for help, /bye to end.`);
  let hasFailed = false;
  try {
    for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
      try {
        if (isSlashCommand(line)) {
          if ((await runSlashCommand(line, scene)) === "end") break;
        } else if (line.trim() !== "") await turns.take(line);
      } catch (error) {
        if (context.signal.aborted || !(OllamaError.is(error) || error instanceof UsageError)) throw error;
        hasFailed = true;
        const hint = await suggestModel(error, context);
        // A turn that failed has printed its result, which is the JSON of a turn.
        const isTold = OllamaError.is(error) && error === turns.failure;
        reportError(error, context.terminal, {
          json: context.globals.isJson && !isTold,
          ...(hint === undefined ? {} : { hint }),
        });
      }
    }
  } finally {
    reader.close();
  }
  if (context.signal.aborted) return EXIT_STATUS.interrupted;
  // At a terminal a failed turn was seen and is over; a script has to learn of it.
  return hasFailed && !process.stdin.isTTY ? EXIT_STATUS.failure : undefined;
}

interface BegunChat {
  session: ChatSession;
  scene: ChatScene;
  url: string | undefined;
}

async function beginChat(args: ParsedArguments, context: CliContext): Promise<BegunChat> {
  const folder = join(await context.outputFolder(), "chats");
  if (!args.flag("no-save")) {
    assertOwnFile(dirname(folder), join(folder, "last.json"));
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  const planRun = await planRuns(args, context);
  const { model, url } = await chooseModel(context, args.text("model"));
  const { options, call } = await planRun(model);
  const runner = await context.runner(url);
  const { system } = call;
  const contextPolicy = (args.text("policy") ?? "rolling") as ContextPolicy;
  const init = { options, contextPolicy, ...(system === undefined ? {} : { system }) };
  const session = new ChatSession({ runner, conversation: new Conversation(runner, model, init), call, folder });
  const resumed = args.text("resume") ?? (args.flag("continue") ? "last" : undefined);
  if (resumed !== undefined) {
    await session.load(resumed);
    if (args.text("model") !== undefined) session.setModel(model);
    context.terminal.note(`Continuing after ${counted(session.conversation.messages.length, "message")}.`);
  }
  const client = await (url === undefined ? context.client() : context.clientAt(url));
  const scene: ChatScene = {
    session,
    terminal: context.terminal,
    show: (name) => client.show({ model: name }, { signal: context.signal }),
    say: async () => undefined,
    edit: async (text) => text,
    confirm: async () => undefined,
  };
  return { session, scene, url };
}

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ModelExecutionResult, OllamaError } from "@codo/ollama-core";
import { assertOwnFile } from "@codo/ollama-output";
import { type ContextPolicy, Conversation } from "@codo/ollama-runner";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { reportError } from "../../errors/report-error.js";
import { UsageError } from "../../errors/usage-error.js";
import { suggestModel } from "../../hints/suggest-model.js";
import { AnswerWriter } from "../../running/answer-writer.js";
import { chooseModel } from "../../running/choose-model.js";
import { editText } from "../../running/open-editor.js";
import { errorOf, printResultNotes, timingLines } from "../../running/result-notes.js";
import { isDataFormat, planRuns } from "../../running/run-options.js";
import { keepResult } from "../../running/save-result.js";
import { waitForAnswer } from "../../running/wait-for-answer.js";
import { ChatSession } from "./chat-session.js";
import { completeLine } from "./complete-line.js";
import { gaugeText } from "./context-gauge.js";
import { InputReader } from "./input-reader.js";
import { type ChatScene, isSlashCommand, runSlashCommand } from "./slash-commands.js";

/** Holds a conversation, at a terminal or line by line in a pipe. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const begun = await beginChat(args, context);
  const { session, scene } = begun;
  const turns = new ChatTurns(args, context, begun);
  scene.say = (message) => turns.take(message);
  const reader = new InputReader({
    input: process.stdin,
    output: process.stderr,
    complete: (line) => completeLine(line, session),
    onInterrupt: () => turns.interrupt(reader),
    ...(args.flag("no-save") ? {} : { historyFile: session.historyFile }),
  });
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
    context.terminal.note(`Continuing after ${session.conversation.messages.length} messages.`);
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

/** Takes turns: sends what was said, shows the answer, keeps it. */
class ChatTurns {
  readonly #args: ParsedArguments;
  readonly #context: CliContext;
  readonly #session: ChatSession;
  /** Address of the server, where it is another than the one in use. */
  readonly #url: string | undefined;
  #turn: AbortController | undefined;
  /** What the last turn failed with. */
  failure: OllamaError | undefined;

  constructor(args: ParsedArguments, context: CliContext, { session, url }: BegunChat) {
    this.#url = url;
    this.#args = args;
    this.#context = context;
    this.#session = session;
  }

  /** Says something and shows the answer. @throws OllamaError what the turn failed with */
  async take(message: string): Promise<void> {
    const { terminal, globals, signal } = this.#context;
    const turn = new AbortController();
    this.#turn = turn;
    const { model, options } = this.#session.conversation;
    const isData = isDataFormat(options.format);
    const writer = await AnswerWriter.open(terminal, { isRaw: this.#args.flag("raw"), isData });
    const endWait = waitForAnswer(this.#context, { model, url: this.#url });
    try {
      const signals = { cancelled: turn.signal, ended: signal };
      const result = await this.#session.send(message, signals, (event) => {
        endWait(event);
        if (!globals.isJson) writer.show(event);
      });
      if (globals.isJson) terminal.json(result);
      else writer.end();
      await this.#finish(result);
    } catch (error) {
      endWait();
      if (!turn.signal.aborted || signal.aborted) throw error;
      writer.end();
      terminal.note("Cancelled.");
    } finally {
      endWait();
      this.#turn = undefined;
    }
  }

  /** Ctrl-C: cancels the answer; at the prompt it clears the line. */
  interrupt(reader: InputReader): void {
    if (this.#turn !== undefined) {
      this.#turn.abort();
      return;
    }
    if (!reader.clearLine()) this.#context.terminal.note("\nCtrl-D or /bye ends the chat.");
    reader.showPrompt();
  }

  async #finish(result: ModelExecutionResult): Promise<void> {
    const { terminal, globals } = this.#context;
    const isWanted = !this.#args.flag("no-save");
    await keepResult(this.#context, result, { isWanted });
    if (!result.success) {
      this.failure = errorOf(result);
      throw this.failure;
    }
    if (isWanted) await this.#session.keepAsLast();
    printResultNotes(result, terminal);
    if (this.#session.isVerbose || globals.isVerbose) for (const line of timingLines(result)) terminal.note(line);
    if (terminal.canRedraw) terminal.note(terminal.errStyle.dim(gaugeText(await this.#session.contextUse())));
  }
}

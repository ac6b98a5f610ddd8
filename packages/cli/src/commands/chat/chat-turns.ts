import type { ModelExecutionResult, OllamaError } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { AnswerWriter } from "../../running/answer-writer.js";
import { errorOf, printResultNotes, timingLines } from "../../running/result-notes.js";
import { isDataFormat, type RunPlan } from "../../running/run-options.js";
import { keepResult } from "../../running/save-result.js";
import type { ToolApproval } from "../../running/tools/ask-approval.js";
import type { NamedTools } from "../../running/tools/tool-options.js";
import { waitForAnswer } from "../../running/wait-for-answer.js";
import type { ChatSession } from "./chat-session.js";
import { gaugeText } from "./context-gauge.js";
import type { InputReader } from "./input-reader.js";

/** What turns are taken in. */
export interface ChatTurnsInit {
  session: ChatSession;
  /** Address of the server, where it is another than the one in use. */
  url: string | undefined;
  tools: NamedTools | undefined;
}

/** Takes turns: sends what was said, shows the answer, keeps it. */
export class ChatTurns {
  readonly #args: ParsedArguments;
  readonly #context: CliContext;
  readonly #session: ChatSession;
  /** Address of the server, where it is another than the one in use. */
  readonly #url: string | undefined;
  readonly #tools: NamedTools | undefined;
  #approve: ToolApproval | undefined;
  /** Asks the person at the terminal. */
  ask: (question: string) => Promise<string> = async () => "";
  #turn: AbortController | undefined;
  /** What the last turn failed with. */
  failure: OllamaError | undefined;

  constructor(args: ParsedArguments, context: CliContext, { session, url, tools }: ChatTurnsInit) {
    this.#url = url;
    this.#tools = tools;
    this.#args = args;
    this.#context = context;
    this.#session = session;
  }

  /** Says something and shows the answer. @throws OllamaError what the turn failed with */
  async take(message: string): Promise<void> {
    const { terminal, globals, signal } = this.#context;
    const turn = new AbortController();
    this.#turn = turn;
    try {
      const result = await (this.#tools === undefined
        ? this.#answer(message, turn.signal)
        : this.#answerWithTools(message, turn.signal, this.#tools));
      if (globals.isJson) terminal.json(result);
      await this.#finish(result);
    } catch (error) {
      if (!turn.signal.aborted || signal.aborted) throw error;
      terminal.note("Cancelled.");
    } finally {
      this.#turn = undefined;
    }
  }

  async #answer(message: string, cancelled: AbortSignal): Promise<ModelExecutionResult> {
    const { terminal, globals, signal } = this.#context;
    const { model, options } = this.#session.conversation;
    const isData = isDataFormat(options.format);
    const writer = await AnswerWriter.open(terminal, { isRaw: this.#args.flag("raw"), isData });
    const endWait = waitForAnswer(this.#context, { model, url: this.#url });
    try {
      return await this.#session.send(message, { cancelled, ended: signal }, (event) => {
        endWait(event);
        if (!globals.isJson) writer.show(event);
      });
    } finally {
      endWait();
      writer.end();
    }
  }

  async #answerWithTools(
    message: string,
    cancelled: AbortSignal,
    { tools, approval }: NamedTools,
  ): Promise<ModelExecutionResult> {
    const [{ answerWithTools }, { createApproval }] = await Promise.all([
      import("../../running/tools/answer-with-tools.js"),
      import("../../running/tools/ask-approval.js"),
    ]);
    const signal = AbortSignal.any([cancelled, this.#context.signal]);
    // One for the whole chat: what was allowed stays allowed.
    this.#approve ??= createApproval(approval, (question) => this.ask(question));
    const { runner, conversation, call } = this.#session;
    const { model, messages, options } = conversation;
    const said = [...messages, this.#session.nextMessage(message)];
    const plan = { options: options as RunPlan["options"], call };
    const task = { runner, model, url: this.#url, messages: said, plan, tools, approve: this.#approve, signal };
    const answer = await answerWithTools(task, this.#args, this.#context);
    this.#session.take(answer.result, answer.messages);
    return answer.result;
  }

  /** Aborted when the turn under way is cancelled. */
  get cancelled(): AbortSignal | undefined {
    return this.#turn?.signal;
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

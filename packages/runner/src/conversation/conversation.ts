import {
  type ChatMessage,
  type ExecutionRequest,
  type ModelExecutionResult,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { assertMessages, assertPrompt } from "../execution/check-input.js";
import type { ModelRunner } from "../runner/model-runner.js";
import type { TextStream } from "../streaming/text-stream.js";
import { ContextFitter } from "./context-fitter.js";
import type { ContextPolicy } from "./context-policy.js";
import type { ConversationCall } from "./conversation-call.js";
import {
  assertSaved,
  readConversation,
  type SavedConversation,
  toSavable,
  writeConversation,
} from "./conversation-file.js";

/** How a conversation is held. */
export interface ConversationOptions {
  /** The system prompt; it is the first message and is never left out. */
  system?: string;
  /** What was said before. */
  messages?: readonly ChatMessage[];
  /** For every call. */
  options?: PartialExecutionOptions;
  /** What happens when the history outgrows the context. @defaultValue "error" */
  contextPolicy?: ContextPolicy;
  /** Tokens that a prompt may have. @defaultValue the model's real context, less what is kept for the answer */
  promptBudgetTokens?: number;
}

/**
 * A conversation with a model: it keeps the history, and fits it into the model's context by a policy. A turn that
 * fails or is aborted leaves the history as it was. Calls of one conversation run one after the other.
 */
export class Conversation {
  readonly model: string;
  readonly contextPolicy: ContextPolicy;
  readonly options: PartialExecutionOptions;
  readonly #runner: ModelRunner;
  readonly #promptBudgetTokens: number | undefined;
  readonly #fitter: ContextFitter;
  #messages: ChatMessage[];
  #last: Promise<unknown> = Promise.resolve();

  /** @throws OllamaError `INVALID_REQUEST` for messages that no chat could take */
  constructor(runner: ModelRunner, model: string, init: ConversationOptions = {}) {
    const { system, messages = [], options = {}, contextPolicy = "error", promptBudgetTokens } = init;
    if (messages.length > 0) assertMessages(messages);
    this.model = model;
    this.contextPolicy = contextPolicy;
    this.options = options;
    this.#runner = runner;
    this.#promptBudgetTokens = promptBudgetTokens;
    this.#messages = [...(system === undefined ? [] : [{ role: "system", content: system }]), ...messages];
    this.#fitter = new ContextFitter(runner, { model, options, policy: contextPolicy, promptBudgetTokens });
  }

  /** The whole history, system message included. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /**
   * Says something and gives the answer; both are then part of the history.
   * @throws OllamaError `CONTEXT_OVERFLOW` when it does not fit, by the policy
   */
  send(message: string | ChatMessage, call: ConversationCall = {}): Promise<ModelExecutionResult> {
    const next = toUserMessage(message);
    return this.#afterLast(async () => {
      const { request, report } = await this.#prepare(next, call);
      const result = await this.#runner.run(request);
      this.#record(next, result, report);
      return result;
    });
  }

  /** Says something and gives the answer as it comes. The history has it when the stream's result is there. */
  sendStreaming(message: string | ChatMessage, call: ConversationCall = {}): TextStream {
    const next = toUserMessage(message);
    const earlier = this.#last;
    let report: Record<string, unknown> = {};
    const prepare = async (): Promise<ExecutionRequest> => {
      await earlier.catch(() => {});
      const prepared = await this.#prepare(next, call);
      report = prepared.report;
      return prepared.request;
    };
    const stream = this.#runner.stream(prepare, (result) => this.#record(next, result, report));
    this.#last = stream.result;
    return stream;
  }

  /** Adds messages that were not said through this conversation, such as the results of tools. */
  append(...messages: ChatMessage[]): void {
    assertMessages(messages);
    this.#messages.push(...messages);
  }

  /** Another conversation with the same past; what is said in one does not reach the other. */
  fork(changes: Pick<ConversationOptions, "contextPolicy" | "options"> & { model?: string } = {}): Conversation {
    const { model = this.model, options = this.options, contextPolicy = this.contextPolicy } = changes;
    const budget = this.#promptBudgetTokens;
    const fork = new Conversation(this.#runner, model, {
      messages: structuredClone(this.#messages),
      options: { ...options },
      contextPolicy,
      ...(budget !== undefined && { promptBudgetTokens: budget }),
    });
    fork.#fitter.summary = this.#fitter.summary;
    return fork;
  }

  /** Tokens of the history with the chat template, counted by the server for a call like `call`. */
  async countTokens(call: ConversationCall = {}): Promise<number> {
    return await this.#runner.countTokens(this.model, this.#messages, { ...call, options: this.options });
  }

  /** Tokens of the history, estimated without asking the server. */
  estimateTokens(): number {
    return this.#fitter.estimate(this.#messages);
  }

  toJSON(): SavedConversation {
    const { model, contextPolicy, options } = this;
    const messages = this.#messages.map(toSavable);
    const { summary } = this.#fitter;
    const budget = this.#promptBudgetTokens;
    return {
      schemaVersion: 1,
      model,
      contextPolicy,
      options,
      messages,
      ...(summary && { summary }),
      ...(budget !== undefined && { promptBudgetTokens: budget }),
    };
  }

  /**
   * Writes the conversation to a file, whole or not at all.
   * @returns the absolute path
   * @throws OllamaError `STORAGE_FAILED`
   */
  async save(path: string): Promise<string> {
    return await writeConversation(path, this.toJSON());
  }

  /** @throws OllamaError `STORAGE_FAILED` when the file cannot be read or holds no conversation */
  static async load(path: string, runner: ModelRunner): Promise<Conversation> {
    return Conversation.fromJSON(await readConversation(path), runner);
  }

  /** @throws OllamaError `INVALID_REQUEST` for data that is no conversation */
  static fromJSON(data: unknown, runner: ModelRunner): Conversation {
    const { model, messages, contextPolicy, options, summary, promptBudgetTokens } = assertSaved(data);
    const conversation = new Conversation(runner, model, {
      messages,
      contextPolicy,
      options,
      ...(promptBudgetTokens !== undefined && { promptBudgetTokens }),
    });
    conversation.#fitter.summary = summary;
    return conversation;
  }

  async #prepare(
    next: ChatMessage,
    call: ConversationCall,
  ): Promise<{ request: ExecutionRequest; report: Record<string, unknown> }> {
    const fitted = await this.#fitter.fit([...this.#messages, next], call);
    // A server that knows the word refuses what does not fit in spite of all counting; by itself it would cut it.
    const uncut = this.contextPolicy === "error" ? { truncate: false } : {};
    const request = { ...uncut, ...call, model: this.model, messages: fitted.messages, options: this.options };
    return { request, report: fitted.report };
  }

  #record(next: ChatMessage, result: ModelExecutionResult, report: Record<string, unknown>): void {
    result.metadata.conversation = report;
    if (!result.success) return;
    const { thinking, toolCalls } = result.metadata;
    const answer: ChatMessage = {
      role: "assistant",
      content: result.response,
      ...(thinking !== undefined && { thinking }),
      ...(toolCalls !== undefined && { tool_calls: toolCalls }),
    };
    this.#messages.push(next, answer);
    this.#fitter.learn(this.#messages, result, Number(report.leftOut ?? 0) === 0);
  }

  #afterLast<T>(action: () => Promise<T>): Promise<T> {
    const run = this.#last.catch(() => {}).then(action);
    this.#last = run;
    return run;
  }
}

function toUserMessage(message: string | ChatMessage): ChatMessage {
  if (typeof message === "object" && message !== null) {
    assertMessages([message]);
    return message;
  }
  assertPrompt(message);
  if (message.trim() === "") {
    throw new OllamaError("INVALID_REQUEST", "The message is empty. An empty chat would only load the model.");
  }
  return { role: "user", content: message };
}

import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { didYouMean } from "@codo/ollama-config";
import type { ChatMessage, ExecutionEvent, ModelExecutionResult, PartialExecutionOptions } from "@codo/ollama-core";
import { assertOwnFile } from "@codo/ollama-output";
import { type ContextPolicy, Conversation, type ModelRunner, type RunCall } from "@codo/ollama-runner";
import { UsageError } from "../../errors/usage-error.js";
import { chatFileName, earlierChatFileName } from "./chat-file-name.js";

/** What a chat begins with. */
export interface ChatSessionInit {
  runner: ModelRunner;
  conversation: Conversation;
  /** What every turn takes beside its message. */
  call: RunCall;
  /** Where chats are saved. */
  folder: string;
}

/** How full the model's context is, in tokens. */
export interface ContextUse {
  used: number;
  /** Absent where the server does not say. */
  total?: number;
}

const LAST = "last";

/** A conversation that can be changed while it is held. */
export class ChatSession {
  readonly runner: ModelRunner;
  readonly #folder: string;
  call: RunCall;
  conversation: Conversation;
  isVerbose = false;
  /** Images that go with the next message. */
  images: Uint8Array[] = [];
  #lastResult: ModelExecutionResult | undefined;
  /** What this chat is saved as: under these names it may be saved again. */
  readonly #names = new Set<string>();

  constructor({ runner, conversation, call, folder }: ChatSessionInit) {
    this.runner = runner;
    this.conversation = conversation;
    this.call = call;
    this.#folder = folder;
  }

  get system(): string | undefined {
    return this.conversation.messages.find(({ role }) => role === "system")?.content;
  }

  /**
   * Says something. An answer that is cancelled leaves the conversation as it was: `cancelled` rejects, and `ended`
   * gives the part that came as a result that failed.
   */
  async send(
    message: string,
    { cancelled, ended }: { cancelled: AbortSignal; ended: AbortSignal },
    onEvent: (event: ExecutionEvent) => void,
  ): Promise<ModelExecutionResult> {
    const { system: _system, signal: _signal, ...call } = this.call;
    const stream = this.conversation.sendStreaming(this.images.length === 0 ? message : this.nextMessage(message), {
      ...call,
      signal: cancelled,
    });
    const cancel = () => stream.cancel();
    ended.addEventListener("abort", cancel, { once: true });
    if (ended.aborted) cancel();
    try {
      for await (const event of stream.events) onEvent(event);
      this.#lastResult = await stream.result;
      if (this.#lastResult.success) this.images = [];
    } finally {
      ended.removeEventListener("abort", cancel);
    }
    return this.#lastResult;
  }

  /** What is said next, with the images that go with it. */
  nextMessage(message: string): ChatMessage {
    const { images } = this;
    return { role: "user", content: message, ...(images.length > 0 && { images }) };
  }

  /** Takes over what was said beside the conversation, while tools were called. A turn that failed leaves it as it was. */
  take(result: ModelExecutionResult, messages: readonly ChatMessage[]): void {
    if (!result.success) return;
    this.#restart({ messages });
    this.#lastResult = result;
    this.images = [];
  }

  /** Takes the last question and its answer back. Gives the question; nothing when there is none. */
  undo(): string | undefined {
    const { messages } = this.conversation;
    const lastQuestion = messages.findLastIndex(({ role }) => role === "user");
    if (lastQuestion === -1) return undefined;
    const question = messages[lastQuestion]?.content;
    this.#restart({ messages: messages.slice(0, lastQuestion) });
    return question;
  }

  /** Forgets everything but the system prompt. */
  clear(): void {
    this.#restart({ messages: this.conversation.messages.filter(({ role }) => role === "system") });
  }

  setSystem(system: string): void {
    const rest = this.conversation.messages.filter(({ role }) => role !== "system");
    this.#restart({ messages: system === "" ? rest : [{ role: "system", content: system }, ...rest] });
  }

  setModel(model: string): void {
    this.conversation = this.conversation.fork({ model });
  }

  setOption(key: string, value: unknown): void {
    this.conversation = this.conversation.fork({ options: { ...this.conversation.options, [key]: value } });
  }

  setPolicy(contextPolicy: ContextPolicy): void {
    this.conversation = this.conversation.fork({ contextPolicy });
  }

  /** Where the lines that were typed are kept. @throws STORAGE_FAILED when that is not the folder's own file */
  get historyFile(): string {
    const path = join(this.#folder, "history");
    assertOwnFile(dirname(this.#folder), path);
    return path;
  }

  async save(name: string): Promise<string> {
    this.#names.add(name);
    return await this.conversation.save(this.#pathOf(name));
  }

  /** Whether another chat is saved under a name, which saving would lose. */
  isTaken(name: string): boolean {
    return name !== LAST && !this.#names.has(name) && existsSync(this.#pathOf(name));
  }

  /** The names of all saved chats. */
  savedNames(): string[] {
    try {
      const files = readdirSync(this.#folder).filter((file) => file.endsWith(".json"));
      return files.map((file) => decodeURIComponent(file.slice(0, -".json".length))).toSorted();
    } catch {
      // No folder is no chat; so is a file that was not named here.
      return [];
    }
  }

  /** Saves the chat as the last one, to be taken up again. */
  async keepAsLast(): Promise<void> {
    await this.save(LAST);
  }

  /** Takes up a saved chat. @throws UsageError where there is none of that name */
  async load(name: string): Promise<void> {
    const paths = [this.#pathOf(name), this.#pathOf(name, earlierChatFileName(name))];
    const path = paths.find((saved) => existsSync(saved));
    if (path === undefined) throw this.#notSaved(name);
    this.#names.clear();
    this.#names.add(name);
    this.conversation = await Conversation.load(path, this.runner);
  }

  /** Saves the chat under a name and goes on with a copy of it. */
  async fork(name: string): Promise<string> {
    const path = await this.save(name);
    this.conversation = this.conversation.fork();
    return path;
  }

  /** How full the context is, by the last answer's count and the size that the model was loaded with. */
  async contextUse(): Promise<ContextUse> {
    const { promptTokens = 0, completionTokens = 0 } = this.#lastResult?.metadata.usage ?? {};
    const used = promptTokens + completionTokens || this.conversation.estimateTokens();
    const total = await this.#contextLength();
    return total === undefined ? { used } : { used, total };
  }

  #notSaved(name: string): UsageError {
    const names = this.savedNames();
    if (names.length === 0) return new UsageError("No chat is saved yet.", "In a chat, /save NAME saves it.");
    const nearest = didYouMean(name, names);
    const hint = nearest === undefined ? `Saved are: ${names.join(", ")}.` : `Did you mean ${nearest}?`;
    return new UsageError(`There is no saved chat "${name}".`, hint);
  }

  /** Where a chat of a name is saved. A folder from elsewhere may hold links: no chat is read or written behind one. */
  #pathOf(name: string, fileName: string = chatFileName(name)): string {
    const path = join(this.#folder, fileName);
    assertOwnFile(dirname(this.#folder), path);
    return path;
  }

  async #contextLength(): Promise<number | undefined> {
    const { numCtx } = this.conversation.options;
    if (typeof numCtx === "number") return numCtx;
    const loaded = await this.runner.executor.listLoaded().catch(() => []);
    const name = this.conversation.model.toLowerCase();
    return loaded.find((model) => model.name.toLowerCase().startsWith(name))?.contextLength;
  }

  #restart({ messages }: { messages: readonly ChatMessage[] }): void {
    const { model, options, contextPolicy } = this.conversation;
    this.#lastResult = undefined;
    const kept: { options: PartialExecutionOptions; contextPolicy: ContextPolicy } = { options, contextPolicy };
    this.conversation = new Conversation(this.runner, model, { ...kept, messages });
  }
}

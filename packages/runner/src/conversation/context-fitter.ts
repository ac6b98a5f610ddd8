import type { ChatMessage, ModelExecutionResult, PartialExecutionOptions } from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import type { ModelRunner } from "../runner/model-runner.js";
import { mostTokensOf } from "../tokens/most-tokens.js";
import { type ContextWindow, contextWindowOf } from "../window/context-window.js";
import { type ContextPolicy, type FittedMessages, leaveTurnsOut, overflow } from "./context-policy.js";
import type { ConversationCall } from "./conversation-call.js";
import { type Summary, summarize, summaryMessage } from "./summarizer.js";
import { splitHistory } from "./turns.js";

/** What a fitter needs to know of its conversation. */
export interface FitterInit {
  model: string;
  options: PartialExecutionOptions;
  policy: ContextPolicy;
  promptBudgetTokens: number | undefined;
}

/** Messages that fit, and what is reported about them in `metadata.conversation`. */
export interface Fitted {
  messages: ChatMessage[];
  report: Record<string, unknown>;
}

/** Room for what a template puts around a chat, and for its own words about tools. */
const TEMPLATE_TOKENS = 128;
const TOOLS_TOKENS = 512;
/** Share of the budget that a history is brought down to when it is summed up, so that not every turn sums up again. */
const AFTER_SUMMARY = 0.6;

/** Fits a history into the context of its model. */
export class ContextFitter {
  /** What the model summed up so far. */
  summary: Summary | undefined;
  readonly #runner: ModelRunner;
  readonly #init: FitterInit;
  /** The tokens of the first so many messages, as the server counted them with its last answer. */
  #known: { messages: number; tokens: number } | undefined;
  #window: ContextWindow | undefined;
  /** How many times more tokens the history has than the estimator thinks, where the server counted it. */
  #correction = 1;

  constructor(runner: ModelRunner, init: FitterInit) {
    this.#runner = runner;
    this.#init = init;
  }

  /** Tokens of a history, estimated; what the server has counted already is taken from there. */
  estimate(messages: readonly ChatMessage[]): number {
    const { model } = this.#init;
    const known = this.#known;
    if (known === undefined || known.messages > messages.length)
      return this.#runner.estimator.estimate(model, messages);
    const rest = messages.slice(known.messages);
    return known.tokens + (rest.length === 0 ? 0 : this.#runner.estimator.estimate(model, rest));
  }

  /** @throws OllamaError `CONTEXT_OVERFLOW` when the policy cannot make it fit */
  async fit(messages: readonly ChatMessage[], call: ConversationCall): Promise<Fitted> {
    const { policy } = this.#init;
    const window = await this.#contextWindow();
    const budgetTokens = this.#init.promptBudgetTokens ?? window.promptBudget;
    const covered = this.#covered(messages);
    const tokens = await this.#count(covered.messages, budgetTokens, call);
    const base = { policy, contextLength: window.contextLength, budgetTokens };
    if (tokens <= budgetTokens) {
      return { messages: covered.messages, report: { ...base, tokens, leftOut: covered.leftOut.length } };
    }
    if (policy === "error") throw overflow(tokens, budgetTokens, "The conversation");
    const fitted = await this.#shorten(messages, budgetTokens, call);
    const left = { leftOut: fitted.leftOut.length, tokensBefore: tokens, tokens: this.#plainEstimate(fitted.messages) };
    return { messages: fitted.messages, report: { ...base, ...left } };
  }

  /** Learns the true size of the history from an answer to all of it. */
  learn(messages: readonly ChatMessage[], result: ModelExecutionResult, isWhole: boolean): void {
    const { promptTokens, completionTokens } = result.metadata.usage;
    const isCounted = promptTokens !== undefined && completionTokens !== undefined;
    if (!isWhole || !isCounted || result.metadata.contextTruncated !== false) return;
    this.#known = { messages: messages.length, tokens: promptTokens + completionTokens };
  }

  async #contextWindow(): Promise<ContextWindow> {
    if (this.#window !== undefined) return this.#window;
    const { model, options } = this.#init;
    const window = await contextWindowOf(this.#runner.executor, model, options);
    if (!window.isAssumed) this.#window = window;
    return window;
  }

  async #shorten(
    messages: readonly ChatMessage[],
    budgetTokens: number,
    call: ConversationCall,
  ): Promise<FittedMessages> {
    const { policy } = this.#init;
    const count = (part: readonly ChatMessage[]): Promise<number> => this.#count(part, budgetTokens, call);
    const estimate = (part: readonly ChatMessage[]): number => this.#plainEstimate(part);
    const request = { messages, budgetTokens, estimate, count };
    if (policy !== "summarize") return await leaveTurnsOut(request, { keepFirst: policy === "truncateMiddle" });
    const target = Math.floor(budgetTokens * AFTER_SUMMARY);
    const lower = { ...request, budgetTokens: target, count: estimate };
    const fitted = await leaveTurnsOut(lower, { keepFirst: false }).catch(
      // The newest turn alone is over the target; it may still be within the budget.
      () => leaveTurnsOut(request, { keepFirst: false }),
    );
    await this.#sumUp(fitted.leftOut, call);
    const covered = this.#covered(messages);
    const tokens = await count(covered.messages);
    if (tokens > budgetTokens) throw overflow(tokens, budgetTokens, "The summary and the newest messages");
    return covered;
  }

  /** The history with the summary in place of what it covers. */
  #covered(messages: readonly ChatMessage[]): FittedMessages {
    if (this.summary === undefined) return { messages: [...messages], leftOut: [] };
    const { head, turns } = splitHistory(messages);
    const body = turns.flat();
    return {
      messages: [...head, summaryMessage(this.summary.text), ...body.slice(this.summary.covered)],
      leftOut: body.slice(0, this.summary.covered),
    };
  }

  async #sumUp(leftOut: readonly ChatMessage[], call: ConversationCall): Promise<void> {
    const already = this.summary?.covered ?? 0;
    if (leftOut.length <= already) return;
    const { model, options } = this.#init;
    const { signal, timeouts, headers, keepAlive } = call;
    const shared = { ...(signal && { signal }), ...(timeouts && { timeouts }), ...(headers && { headers }) };
    const keep = keepAlive === undefined ? {} : { keepAlive };
    const text = await summarize(leftOut.slice(already), this.summary?.text, (messages) =>
      this.#runner.run({ ...shared, ...keep, model, messages, options }),
    );
    this.summary = { text, covered: leftOut.length };
  }

  /** An estimate where the texts fit whatever their tokens are, else the server's own count. */
  async #count(messages: readonly ChatMessage[], budgetTokens: number, call: ConversationCall): Promise<number> {
    const prefix = this.#knownPrefix(messages);
    const rest = messages.slice(prefix?.messages ?? 0);
    const known = prefix?.tokens ?? TEMPLATE_TOKENS;
    const estimate = prefix === undefined ? this.#plainEstimate(messages) : this.estimate(messages);
    if (known + mostTokensOf(rest) + toolsBound(call) <= budgetTokens && !hasImages(rest)) return estimate;
    const { model, options } = this.#init;
    const { signal, tools, think } = call;
    try {
      const tokens = await this.#runner.countTokens(model, [...messages], {
        options,
        ...(signal && { signal }),
        ...(tools && { tools }),
        ...(think !== undefined && { think }),
      });
      return this.#correct(messages, tokens);
    } catch (error) {
      if (!OllamaError.is(error) || error.code === "ABORTED") throw error;
      if (error.code !== "CONTEXT_OVERFLOW") return estimate;
      const { promptTokens } = error.details;
      if (typeof promptTokens === "number") return this.#correct(messages, promptTokens);
      return Math.max(estimate, budgetTokens + 1);
    }
  }

  /** Estimates of parts of this history follow from here on what the server counted of it. */
  #correct(messages: readonly ChatMessage[], tokens: number): number {
    const { model } = this.#init;
    this.#correction = tokens / Math.max(1, this.#runner.estimator.estimate(model, messages));
    return tokens;
  }

  /** The server's count holds for a history that begins as the counted one did, not for a shortened one. */
  #knownPrefix(messages: readonly ChatMessage[]): { messages: number; tokens: number } | undefined {
    const known = this.#known;
    if (this.summary !== undefined || known === undefined) return undefined;
    return messages.length > known.messages ? known : undefined;
  }

  #plainEstimate(messages: readonly ChatMessage[]): number {
    return Math.ceil(this.#runner.estimator.estimate(this.#init.model, messages) * this.#correction);
  }
}

function toolsBound({ tools }: ConversationCall): number {
  return tools === undefined ? 0 : Buffer.byteLength(JSON.stringify(tools)) + TOOLS_TOKENS;
}

function hasImages(messages: readonly ChatMessage[]): boolean {
  return messages.some(({ images }) => images !== undefined);
}

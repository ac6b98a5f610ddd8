import { createHash } from "node:crypto";
import {
  type ExecutionRequest,
  LOAD_TIME_OPTIONS,
  type ModelExecutionResult,
  type ModelExecutor,
  normalizeExecutionOptions,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { errorOfResult } from "@codo/ollama-contract/executor-kit";
import { canonicalJson } from "../journal/item-key.js";
import { looksCut } from "../window/cut-sign.js";
import type { WindowLookup } from "../window/window-lookup.js";
import { LEAST_WINDOW, mostTokens } from "./most-tokens.js";
import { countableOf, type TokenEstimator } from "./token-estimator.js";

/** A request whose prompt is to be counted. */
export type CountRequest = Omit<ExecutionRequest, "logprobs" | "topLogprobs" | "resources">;

/** Half of a text that has more than this share of the whole's tokens shows that both were cut. */
const STAYS = 0.75;

/** Counts that are kept; older ones are forgotten first. */
const CACHE_SIZE = 1000;

/**
 * Counts tokens by the server: it evaluates the prompt, decodes one token and says how many it read. Equal requests
 * are counted once.
 */
export class TokenCounter {
  readonly #executor: ModelExecutor;
  readonly #estimator: TokenEstimator;
  readonly #windows: WindowLookup;
  readonly #cache: Map<string, number> = new Map();

  constructor(executor: ModelExecutor, { estimator, windows }: { estimator: TokenEstimator; windows: WindowLookup }) {
    this.#executor = executor;
    this.#estimator = estimator;
    this.#windows = windows;
  }

  /**
   * Tokens of a request's prompt, with what the template adds.
   * @throws OllamaError `CONTEXT_OVERFLOW` when the prompt is longer than the context window
   */
  async count(request: CountRequest): Promise<number> {
    const input = countableOf(request);
    if (input === "" || input.length === 0) return 0;
    const key = keyOf(request);
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const tokens = await this.#ask(request);
    this.#remember(key, tokens);
    return tokens;
  }

  /** Tokens of a text alone, without a template; one that is longer than the context window is counted in pieces. */
  async countText(request: CountRequest & { prompt: string }): Promise<number> {
    try {
      return await this.count({ ...request, raw: true });
    } catch (error) {
      const halves = OllamaError.is(error) && error.code === "CONTEXT_OVERFLOW" ? halve(request.prompt) : undefined;
      if (halves === undefined) throw error;
      const [first, second] = halves;
      return (
        (await this.countText({ ...request, prompt: first })) + (await this.countText({ ...request, prompt: second }))
      );
    }
  }

  async #ask(request: CountRequest): Promise<number> {
    const asked = { ...request, options: { ...loadTimeOptions(request.options), numPredict: 1 }, truncate: false };
    const result: ModelExecutionResult = await this.#executor.execute(asked).result;
    if (!result.success) throw countFailure(result);
    const tokens = result.metadata.usage.promptTokens;
    const sign = tokens === undefined ? undefined : await this.#signOfCut(asked, tokens);
    if (result.metadata.contextTruncated === true || (sign === "half" && (await this.#staysAsLong(asked, tokens ?? 0))))
      throw cutAllTheSame(request.model);
    if (sign !== "full") this.#estimator.observe(asked, result);
    if (tokens !== undefined) return tokens;
    throw new OllamaError(
      "SERVER_ERROR",
      `The server did not say how many tokens the prompt has for model "${request.model}". Use the runner's estimator for an estimate.`,
    );
  }

  /** Whether the count may be of a prompt that was cut; asked only where the prompt can be longer than its window. */
  async #signOfCut(asked: ExecutionRequest, tokens: number): Promise<"half" | "full" | undefined> {
    const most = mostTokens(asked);
    if (most <= LEAST_WINDOW) return undefined;
    const window = await this.#windows.of(asked);
    return window === undefined || most <= window ? undefined : looksCut(tokens, window);
  }

  /** Half of a text has about half of its tokens, unless the server cuts both to the same length. */
  async #staysAsLong(asked: ExecutionRequest, tokens: number): Promise<boolean> {
    const result = await this.#executor.execute(halved(asked)).result;
    if (!result.success) throw errorOfResult(result);
    return (result.metadata.usage.promptTokens ?? 0) > tokens * STAYS;
  }

  #remember(key: string, tokens: number): void {
    if (this.#cache.size >= CACHE_SIZE) {
      const oldest = this.#cache.keys().next();
      if (oldest.done !== true) this.#cache.delete(oldest.value);
    }
    this.#cache.set(key, tokens);
  }
}

/** The run's error; where the server refused the prompt and said how many tokens it has, with these. */
function countFailure(result: ModelExecutionResult): OllamaError {
  const error = errorOfResult(result);
  const details = result.metadata.error?.details as { server?: { n_prompt_tokens?: unknown } } | undefined;
  const promptTokens = details?.server?.n_prompt_tokens;
  if (error.code !== "CONTEXT_OVERFLOW" || typeof promptTokens !== "number") return error;
  return new OllamaError(error.code, error.message, { details: { ...error.details, promptTokens } });
}

/** The request with the first half of each of its texts. */
function halved(request: ExecutionRequest): ExecutionRequest {
  const first = (text: string): string => text.slice(0, Math.ceil(text.length / 2));
  const { messages, prompt, system } = request;
  return {
    ...request,
    ...(messages && { messages: messages.map((message) => ({ ...message, content: first(message.content) })) }),
    ...(prompt !== undefined && { prompt: first(prompt) }),
    ...(system !== undefined && { system: first(system) }),
  };
}

function cutAllTheSame(model: string): OllamaError {
  return new OllamaError(
    "CONTEXT_OVERFLOW",
    `The prompt is longer than the context window of model "${model}", and the server cut it although it was asked not to. Shorten the prompt, or raise numCtx.`,
  );
}

/** Only what decides how the model is loaded: a count must not reload it. */
function loadTimeOptions(given: PartialExecutionOptions = {}): PartialExecutionOptions {
  const { options } = normalizeExecutionOptions(given);
  return Object.fromEntries(LOAD_TIME_OPTIONS.filter((name) => name in options).map((name) => [name, options[name]]));
}

function keyOf({ model, prompt, messages, system, images, tools, think, template, raw, suffix }: CountRequest): string {
  const parts = { model, prompt, messages, system, images, tools, think, template, raw, suffix };
  return createHash("sha256").update(canonicalJson(parts)).digest("base64");
}

/** Two halves of a text, cut at a space where there is one. */
function halve(text: string): [string, string] | undefined {
  if (text.length < 2) return undefined;
  const middle = Math.floor(text.length / 2);
  const space = text.indexOf(" ", middle);
  const cut = space < 0 || space === text.length - 1 ? middle : space;
  return [text.slice(0, cut), text.slice(cut)];
}

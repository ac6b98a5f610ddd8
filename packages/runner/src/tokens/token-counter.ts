import { createHash } from "node:crypto";
import {
  type ExecutionRequest,
  LOAD_TIME_OPTIONS,
  type ModelExecutionResult,
  type ModelExecutor,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { canonicalJson } from "../batch/item-key.js";
import { errorOfResult } from "../execution/failed-result.js";
import { countableOf, type TokenEstimator } from "./token-estimator.js";

/** A request whose prompt is to be counted. */
export type CountRequest = Omit<ExecutionRequest, "logprobs" | "topLogprobs" | "resources">;

/** Counts that are kept; older ones are forgotten first. */
const CACHE_SIZE = 1000;

/**
 * Counts tokens by the server: it evaluates the prompt, decodes one token and says how many it read. Equal requests
 * are counted once.
 */
export class TokenCounter {
  readonly #executor: ModelExecutor;
  readonly #estimator: TokenEstimator;
  readonly #cache: Map<string, number> = new Map();

  constructor(executor: ModelExecutor, estimator: TokenEstimator) {
    this.#executor = executor;
    this.#estimator = estimator;
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
    if (!result.success) throw errorOfResult(result);
    this.#estimator.observe(asked, result);
    const tokens = result.metadata.usage.promptTokens;
    if (tokens !== undefined) return tokens;
    throw new OllamaError(
      "SERVER_ERROR",
      `The server did not say how many tokens the prompt has for model "${request.model}". Use the runner's estimator for an estimate.`,
    );
  }

  #remember(key: string, tokens: number): void {
    if (this.#cache.size >= CACHE_SIZE) {
      const oldest = this.#cache.keys().next();
      if (oldest.done !== true) this.#cache.delete(oldest.value);
    }
    this.#cache.set(key, tokens);
  }
}

/** Only what decides how the model is loaded: a count must not reload it. */
function loadTimeOptions(options: PartialExecutionOptions = {}): PartialExecutionOptions {
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

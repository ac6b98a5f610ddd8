import {
  type CallOptions,
  type EmbeddingResult,
  type ExecutionRequest,
  type LoadedModel,
  type ModelDescription,
  type ModelExecutor,
  OllamaError,
  type PartialExecutionOptions,
  resolveExecutionOptions,
  sameModelName,
} from "@codo/ollama-contract";
import type { ResolvedPlan } from "../plan/bench-plan.js";
import type { Scenario } from "../plan/scenario.js";

/** Room beside prompt and answer when a context window is pinned for a depth. */
const CONTEXT_MARGIN = 64;
const CONTEXT_STEP = 256;
/** Given prompts are not counted, and hold at most one token for so many bytes of UTF-8, in any language. */
const LEAST_BYTES_PER_TOKEN = 2;
const POLL_MS = 20;
const UNLOAD_LIMIT_MS = 30_000;

/** A model under measurement: its description, its pinned load-time options, and the states it can be brought into. */
export class ModelSession {
  readonly name: string;
  readonly #executor: ModelExecutor;
  readonly #plan: ResolvedPlan;
  readonly #options: PartialExecutionOptions;
  #description: ModelDescription | undefined;
  #pinnedNumCtx: number | undefined;
  /** The options of the requests, with the window for which they were put together. */
  #usual: { numCtx: number | undefined; options: PartialExecutionOptions } | undefined;
  #lastLoaded: LoadedModel | undefined;

  constructor(name: string, executor: ModelExecutor, plan: ResolvedPlan, options: PartialExecutionOptions) {
    this.name = name;
    this.#executor = executor;
    this.#plan = plan;
    this.#options = options;
  }

  get #call(): CallOptions {
    return this.#plan.signal === undefined ? {} : { signal: this.#plan.signal };
  }

  async describe(): Promise<ModelDescription> {
    this.#description ??= await this.#executor.describeModel(this.name, this.#call);
    return this.#description;
  }

  /** The model in the server's memory; `undefined` when it is not there. */
  async loaded(): Promise<LoadedModel | undefined> {
    const found = (await this.#executor.listLoaded(this.#call)).find((model) => sameModelName(model.name, this.name));
    this.#lastLoaded = found ?? this.#lastLoaded;
    return found;
  }

  /** The model as it was last seen in the server's memory: it may have been dropped since. */
  get lastLoaded(): LoadedModel | undefined {
    return this.#lastLoaded;
  }

  /**
   * Fixes the context window for all requests of this model, so that none of them makes the server reload it: what
   * the options say, else what the longest prompt needs, else what the model was first loaded with.
   */
  async pin(scenarios: readonly Scenario[], given: readonly string[] = []): Promise<void> {
    if (typeof this.#options.numCtx === "number") {
      this.#pinnedNumCtx = this.#options.numCtx;
      return;
    }
    const longest = Math.max(0, ...scenarios.map(({ prompt }) => prompt.tokens ?? prompt.sharedPrefixTokens ?? 0));
    if (longest > 0) {
      // A window for the depths alone would have the server cut longer given prompts without a word.
      const most = Math.max(
        longest,
        ...given.map((text) => Math.ceil(Buffer.byteLength(text) / LEAST_BYTES_PER_TOKEN)),
      );
      const needed = most + this.#answerTokens() + CONTEXT_MARGIN;
      const rounded = Math.ceil(needed / CONTEXT_STEP) * CONTEXT_STEP;
      this.#pinnedNumCtx = Math.min(rounded, (await this.describe()).contextLength ?? rounded);
      return;
    }
    this.#pinnedNumCtx ??= (await this.loaded())?.contextLength;
  }

  #answerTokens(): number {
    const { numPredict } = this.#options;
    const most = this.#plan.outputTokens ?? (typeof numPredict === "number" ? numPredict : 0);
    return most > 0 ? most : CONTEXT_MARGIN;
  }

  /** What is sent for a prompt. */
  request(prompt: string, overrides?: PartialExecutionOptions): ExecutionRequest {
    const { endpoint, system, think, tools, timeouts, signal } = this.#plan;
    const isChat = endpoint === "chat";
    return {
      model: this.name,
      ...(isChat
        ? {
            messages: [
              ...(system === undefined ? [] : [{ role: "system", content: system }]),
              { role: "user", content: prompt },
            ],
          }
        : { prompt, ...(system === undefined ? {} : { system }) }),
      options: this.#requestOptions(overrides),
      ...(think === undefined ? {} : { think }),
      ...(tools === undefined ? {} : { tools }),
      ...(timeouts === undefined ? {} : { timeouts }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  /** Put together once for all requests that are measured: nothing beside them should take the processor's time. */
  #requestOptions(overrides: PartialExecutionOptions | undefined): PartialExecutionOptions {
    const { outputTokens } = this.#plan;
    const ofPlan = outputTokens === undefined ? {} : { numPredict: outputTokens };
    if (overrides !== undefined) return this.options({ ...ofPlan, ...overrides });
    const numCtx = this.#pinnedNumCtx;
    if (this.#usual === undefined || this.#usual.numCtx !== numCtx) {
      this.#usual = { numCtx, options: this.options(ofPlan) };
    }
    return this.#usual.options;
  }

  options(overrides: PartialExecutionOptions = {}): PartialExecutionOptions {
    return resolveExecutionOptions(
      this.#options,
      this.#pinnedNumCtx === undefined ? {} : { numCtx: this.#pinnedNumCtx },
      overrides,
    );
  }

  /**
   * The length of a prompt as the server counts it; infinite when it does not fit the context window. The server gets
   * not to cut: it would count what it kept.
   */
  async countTokens(prompt: string): Promise<number> {
    if (this.#plan.endpoint === "embed") return this.#counted((await this.#embed(prompt, {})).promptTokens);
    const request = { ...this.request(prompt, { numPredict: 1 }), truncate: false };
    const { errorMessage, metadata } = await this.#executor.execute(request);
    if (metadata.error?.code === "CONTEXT_OVERFLOW") return Number.POSITIVE_INFINITY;
    return this.#counted(metadata.usage.promptTokens, errorMessage);
  }

  #counted(tokens: number | undefined, reason = "the answer has no prompt_eval_count"): number {
    if (tokens !== undefined) return tokens;
    throw new OllamaError(
      "SERVER_ERROR",
      `The server did not say how many tokens a prompt of model "${this.name}" has: ${reason}`,
    );
  }

  async #embed(text: string, overrides: PartialExecutionOptions): Promise<EmbeddingResult> {
    return await this.#executor.embed({
      model: this.name,
      input: [text],
      options: this.options(overrides),
      ...this.#call,
    });
  }

  /** Unloads the model and waits until the server no longer lists it. @throws OllamaError `SERVER_ERROR` when it stays */
  async unload(): Promise<void> {
    await this.#executor.execute({ model: this.name, prompt: "", keepAlive: 0, ...this.#call });
    const giveUpAt = performance.now() + UNLOAD_LIMIT_MS;
    while ((await this.loaded()) !== undefined) {
      if (performance.now() > giveUpAt) {
        throw new OllamaError(
          "SERVER_ERROR",
          `Model "${this.name}" is still loaded ${UNLOAD_LIMIT_MS / 1000} s after it was unloaded: something else uses it, so a cold start can't be measured.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Loads the model with another context window than the pinned one, so that the next request reloads it. */
  async loadDifferently(): Promise<void> {
    const pinned = this.#pinnedNumCtx ?? (await this.loaded())?.contextLength ?? 2048;
    this.#pinnedNumCtx = pinned;
    const other = pinned > 2 * CONTEXT_STEP ? pinned - CONTEXT_STEP : pinned + CONTEXT_STEP;
    if (this.#plan.endpoint === "embed") {
      await this.#embed("a", { numCtx: other });
      return;
    }
    const { success, errorMessage } = await this.#executor.execute({
      model: this.name,
      prompt: "",
      options: this.options({ numCtx: other }),
      ...this.#call,
    });
    if (success) return;
    throw new OllamaError(
      "SERVER_ERROR",
      `Model "${this.name}" could not be loaded with another context window, so a reload can't be measured: ${errorMessage ?? "the server gave no reason"}`,
    );
  }
}
